import { createHash, hash, type Hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Refusal, type AccessRecord } from '@qiongtong/contracts';
import type { AccessLog } from '../records/access-log';
import { exchangeUnavailable, type AnswerSink, type Flow } from './exchange-client';

/** An answer up to this size is held until its record is durable; a larger one streams after its decision is. */
const HELD_BYTES = 64 * 1024;
export const STILL_LAWFUL_EVERY_MS = 1_000;
const PASSED_HEADERS = [
  'content-type',
  'etag',
  'cache-control',
  'content-language',
  'content-disposition',
  'content-digest',
  'qt-trace-id',
  'retry-after',
  'x-content-type-options',
  'access-control-allow-origin',
] as const;
const NEWLINE = 0x0a;

type Headers = Record<string, string | string[] | undefined>;

/**
 * One answer on its way from exchange to the caller: held, recorded, released; or, when it is large, recorded,
 * streamed and closed by a second record. While it streams the use is decided again every second, and the
 * connection is reset as soon as it is no longer lawful.
 */
export class Delivery implements AnswerSink {
  private status = 0;
  private headers: Headers = {};
  private held: Buffer[] = [];
  private size = 0;
  private lines = 0;
  /** Digest of what leaves; only of a stream it grows with it. */
  private streamed: Hash | null = null;
  private digest = '';
  private phase: 'holding' | 'recording' | 'streaming' | 'over' = 'holding';
  private upstreamEnded = false;
  private lawful: NodeJS.Timeout | null = null;
  private flow: Flow | null = null;

  /**
   * @param permitted the record of the permit, without what is only known when the answer is there
   * @param stillLawful decides the same use again; false resets the stream
   * @param refuse answers with a problem; used only while nothing has left
   */
  constructor(
    private readonly reply: FastifyReply,
    private readonly permitted: AccessRecord,
    private readonly log: AccessLog,
    private readonly stillLawful: () => boolean,
    private readonly refuse: (refusal: Refusal) => void,
  ) {
    reply.raw.once('close', () => this.callerLeft());
  }

  attach(flow: Flow): void {
    this.flow = flow;
  }

  head(status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
  }

  bytes(chunk: Buffer): boolean {
    if (this.phase === 'over') return true;
    this.size += chunk.length;
    this.countLines(chunk);
    if (this.phase === 'streaming') return this.write(chunk);
    this.held.push(chunk);
    if (this.phase === 'holding' && this.size > HELD_BYTES) void this.beginStream();
    return this.phase === 'holding';
  }

  end(): void {
    this.upstreamEnded = true;
    if (this.phase === 'holding') void this.releaseHeld();
    else if (this.phase === 'streaming') this.closeStream();
  }

  failed(error: Error): void {
    if (this.phase === 'over') return;
    if (this.phase === 'streaming') return this.abort(error);
    this.finish();
    this.log.followUp({ ...this.permitted, outcome: 'aborted', status: 503 });
    this.refuse(exchangeUnavailable());
  }

  /** The whole answer is here: record it, and only then let the first byte leave. */
  private async releaseHeld(): Promise<void> {
    this.phase = 'recording';
    const body = this.held.length === 1 ? this.held[0]! : Buffer.concat(this.held);
    this.digest = hash('sha256', body, 'hex');
    try {
      // That a record does not exist is an answer too; other refusals of exchange carry no data.
      if (this.status === 200 || this.status === 404) await this.log.durable(this.record('released', this.rowsSaid()));
      else this.log.followUp({ ...this.permitted, outcome: 'aborted', status: this.status });
    } catch (error) {
      this.finish();
      return this.refuse(error as Refusal);
    }
    if (this.isOver()) return; // the caller left while the record was on its way
    this.finish();
    this.reply.code(this.status).headers(this.passedHeaders());
    this.reply.send(body);
  }

  private async beginStream(): Promise<void> {
    this.phase = 'recording';
    try {
      await this.log.durable({ ...this.permitted, outcome: 'release-started', status: this.status });
    } catch (error) {
      this.flow?.cancel(error as Error);
      this.finish();
      return this.refuse(error as Refusal);
    }
    if (this.isOver()) return;
    this.phase = 'streaming';
    this.streamed = createHash('sha256');
    this.reply.hijack();
    this.reply.raw.writeHead(this.status, this.passedHeaders());
    this.reply.raw.on('drain', () => this.flow?.resume());
    this.lawful = setInterval(() => {
      if (!this.stillLawful()) this.abort(new Error('no longer permitted'));
    }, STILL_LAWFUL_EVERY_MS);
    const flowing = this.held.map((chunk) => this.write(chunk)).every(Boolean);
    this.held = [];
    if (this.upstreamEnded) this.closeStream();
    else if (flowing) this.flow?.resume();
  }

  private closeStream(): void {
    this.finish();
    this.reply.raw.end();
    this.log.followUp(this.record('released', this.rowsSaid()));
  }

  private abort(reason: Error): void {
    this.finish();
    this.flow?.cancel(reason);
    this.reply.raw.destroy();
    this.log.followUp(this.record('aborted', this.rowsSaid()));
  }

  private callerLeft(): void {
    if (this.phase === 'over') return;
    if (this.phase === 'streaming') return this.abort(new Error('the caller left'));
    this.finish();
    this.flow?.cancel(new Error('the caller left'));
    this.log.followUp({ ...this.permitted, outcome: 'aborted', status: 499 });
  }

  private finish(): void {
    this.phase = 'over';
    if (this.lawful) clearInterval(this.lawful);
  }

  private isOver(): boolean {
    return this.phase === 'over';
  }

  private write(chunk: Buffer): boolean {
    this.streamed?.update(chunk);
    return this.reply.raw.write(chunk);
  }

  /** Rows of a stream are its lines; counted as they pass, since nobody knows them before. */
  private countLines(chunk: Buffer): void {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) this.lines++;
  }

  /** Exchange says how many rows an answer has; only of a stream it cannot, whose rows are its lines. */
  private rowsSaid(): number {
    if (this.status !== 200) return 0;
    const said = Number(this.headers['qt-rows'] ?? this.lines);
    return Number.isSafeInteger(said) ? said : 0;
  }

  private record(outcome: 'released' | 'aborted', rows: number): AccessRecord {
    const delivery = this.headers['qt-delivery'];
    return {
      ...this.permitted,
      outcome,
      rows,
      bytes: this.size,
      digest: this.streamed?.digest('hex') ?? this.digest,
      delivery: typeof delivery === 'string' ? delivery : null,
      status: this.status,
    };
  }

  private passedHeaders(): Record<string, string | string[]> {
    const passed: Record<string, string | string[]> = { 'qt-decision-id': this.permitted.decisionId };
    for (const name of PASSED_HEADERS) {
      const value = this.headers[name];
      if (value !== undefined) passed[name] = value;
    }
    return passed;
  }
}
