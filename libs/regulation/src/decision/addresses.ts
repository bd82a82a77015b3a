import type { SystemState } from '@qiongtong/contracts';
import { memo } from '../policy/memo';

/** An address as four 32-bit words; IPv4 in its IPv6-mapped form, as a dual-stack socket shows it. */
type Words = readonly [number, number, number, number];
type Range = Readonly<{ words: Words; bits: number }>;

/** Ranges of a system, read once. One that cannot be read admits nothing. */
const rangesOf = memo((system: SystemState) => system.addresses.map(rangeOf).filter((range) => range !== null));

export function isRegisteredAddress(system: SystemState, address: string | null): boolean {
  if (system.addresses.length === 0) return true;
  const words = address === null ? null : wordsOf(address);
  if (words === null) return false;
  for (const range of rangesOf(system)) if (contains(range, words)) return true;
  return false;
}

function rangeOf(cidr: string): Range | null {
  const [base = '', length, ...rest] = cidr.split('/');
  const words = wordsOf(base);
  const width = base.includes(':') ? 128 : 32;
  const bits = length === undefined ? width : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (!words || rest.length > 0 || !(bits <= width)) return null;
  return { words, bits: 128 - width + bits };
}

function contains({ words, bits }: Range, address: Words): boolean {
  for (let i = 0, left = bits; left > 0; i++, left -= 32) {
    const mask = left >= 32 ? 0xffffffff : ~(0xffffffff >>> left);
    if (((words[i]! ^ address[i]!) & mask) !== 0) return false;
  }
  return true;
}

export function wordsOf(address: string): Words | null {
  if (address.length > 45) return null;
  if (!address.includes(':')) {
    const word = dotted(address);
    return word === null ? null : [0, 0, 0xffff, word];
  }
  return colons(address);
}

/** By character: this is read on every decision. */
function dotted(text: string): number | null {
  let word = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (sign === 46) {
      if (part < 0) return null;
      dots++;
      word = (word << 8) | part;
      part = -1;
      continue;
    }
    // A leading zero is octal to some readers: nobody is let in by it.
    if (sign < 48 || sign > 57 || part === 0) return null;
    part = (part < 0 ? 0 : part * 10) + sign - 48;
    if (part > 255) return null;
  }
  return dots === 3 && part >= 0 ? ((word << 8) | part) >>> 0 : null;
}

function colons(text: string): Words | null {
  const [head, tail, ...rest] = text.split('::');
  if (rest.length > 0) return null;
  const left = groupsOf(head!);
  const right = tail === undefined ? [] : groupsOf(tail);
  if (!left || !right) return null;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<number>(missing).fill(0), ...right];
  const word = (i: number) => ((groups[2 * i]! << 16) | groups[2 * i + 1]!) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}

/** Groups of 16 bits; the last may be a dotted IPv4 address, worth two. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const word = i === parts.length - 1 ? dotted(part) : null;
      if (word === null) return null;
      groups.push(word >>> 16, word & 0xffff);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return null;
  }
  return groups;
}
