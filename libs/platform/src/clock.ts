import { readFileSync } from 'node:fs';
import { randomHex } from './random';

/** The one source of `now` for business rules; passed into domain functions. Leases and heartbeats do not use it. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock that stands still until it is moved. */
export class FixedClock extends Clock {
  private at: Date;

  constructor(at: Date | string) {
    super();
    this.at = new Date(at);
  }

  now(): Date {
    return new Date(this.at);
  }

  set(at: Date | string): void {
    this.at = new Date(at);
  }

  advance(milliseconds: number): void {
    this.at = new Date(this.at.getTime() + milliseconds);
  }
}

/**
 * Stands at the instant, RFC 3339, that a file holds, for every process that reads the same file: how a journey through a
 * whole platform comes to its eleventh working day. Read each time, so that who moves it needs to wait for nobody.
 */
export class ClockOfFile extends Clock {
  constructor(private readonly file: string) {
    super();
    this.now();
  }

  now(): Date {
    const text = readFileSync(this.file, 'utf8').trim();
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) throw new Error(`${this.file} holds no instant`);
    return at;
  }
}

let lastMillisecond = 0;
let sequence = 0;

/** A UUID of version 7: sortable by time, and by order of creation within this process. */
export function newId(): string {
  const now = Date.now();
  if (now > lastMillisecond) {
    lastMillisecond = now;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMillisecond++;
    sequence = 0;
  }
  const time = lastMillisecond.toString(16).padStart(12, '0');
  const tail = randomHex(8);
  const variant = ((parseInt(tail[0]!, 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
}
