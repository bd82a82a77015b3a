import { Injectable } from '@nestjs/common';
import { Refusal, type LogRead, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, sql, UnitOfWork, type Sql, type Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { consistencyRanges, inclusionRanges, verifyInclusion } from './domain/proofs';
import { logRead, readingOf, readingOfAll, type Reading } from './domain/reading';
import { LogStore, type Entry, type EntryFilter, type SignedHead } from './log.store';
import type {
  AccessView,
  CheckpointView,
  ConsistencyProofView,
  EntryPageView,
  GapsView,
  InclusionProofView,
  KeyView,
  ProvedEntryView,
} from './log.views';
import { ProofStore } from './proof.store';
import { SigningKey } from './signing-key';

const MAX_GAPS = 500;
/** Milliseconds that a head counts as the newest for proofs, of which thousands are asked a second. */
const NEWEST_MS = 50;

/** What can be asked of the log. Whoever reads entries is recorded in it, before the answer leaves. [R14.9] */
@Injectable()
export class LogService {
  private latest: { at: number; head: Promise<SignedHead> } | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly store: LogStore,
    private readonly proofs: ProofStore,
    private readonly key: SigningKey,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  publicKey(): KeyView {
    const { origin, verifierKey, pem, sm2VerifierKey } = this.key;
    return { origin, key: verifierKey, pem, sm2Key: sm2VerifierKey };
  }

  async checkpoint(): Promise<CheckpointView> {
    const { size, root, note, signedAt } = await this.newest(this.query);
    return { origin: this.key.origin, size, root: base64(root), checkpoint: note, signedAt: signedAt.toISOString() };
  }

  entries(by: Principal, filter: EntryFilter, limit: number, cursor?: string): Promise<EntryPageView> {
    const reading = readingOf(by);
    const scope = `audit-entries:${reading.scope}:${reading.departmentId}:${JSON.stringify(filter)}`;
    const from = cursor === undefined ? 0 : this.cursors.decode<{ from: number }>(cursor, scope).from;
    return this.reading(reading, 'entries', { ...filter, from }, async (query) => {
      const found = await this.store.entries(query, from, filter, concerning(reading), limit + 1);
      const more = found[limit];
      return {
        items: found.slice(0, limit).map(shown),
        next: more ? this.cursors.encode({ from: more.index }, scope) : null,
      };
    });
  }

  entry(by: Principal, index: number): Promise<ProvedEntryView> {
    const reading = readingOf(by);
    return this.reading(reading, 'entry', { index }, async (query) => {
      const entry = await this.store.entry(query, index, concerning(reading));
      if (!entry) throw new Refusal('audit.entry_unknown', { about: [String(index)] });
      const head = await this.newest(query);
      return { ...(await this.proved(query, entry, head)), checkpoint: head.note };
    });
  }

  /** What was said in a message that was too large for its entry. */
  message(by: Principal, index: number): Promise<Buffer> {
    return this.reading(readingOfAll(by), 'entry', { index }, async (query) => {
      const value = await this.store.largeMessage(query, index);
      if (!value) throw new Refusal('audit.message_unknown', { about: [String(index)] });
      return value;
    });
  }

  access(by: Principal, decisionId: string): Promise<AccessView> {
    const reading = readingOf(by);
    return this.reading(reading, 'access', { decisionId }, async (query) => {
      const entries = await this.store.access(query, decisionId, concerning(reading));
      if (entries.length === 0) throw new Refusal('audit.access_unknown', { about: [decisionId] });
      const head = await this.newest(query);
      const proved: AccessView['entries'][number][] = [];
      for (const entry of entries) proved.push(await this.proved(query, entry, head));
      return { decisionId, checkpoint: head.note, entries: proved };
    });
  }

  gaps(by: Principal): Promise<GapsView> {
    return this.reading(readingOfAll(by), 'gaps', {}, async (query) => {
      const [gaps, conflicts] = [await this.store.gaps(query, MAX_GAPS), await this.store.conflicts(query, MAX_GAPS)];
      return {
        gaps: gaps.map((gap) => ({ ...gap, foundAt: gap.foundAt.toISOString() })),
        conflicts: conflicts.map((conflict) => ({ ...conflict, foundAt: conflict.foundAt.toISOString() })),
      };
    });
  }

  /** A proof shows hashes only; anyone who may ask for entries may ask for it. */
  async inclusionProof(by: Principal, index: number, size?: number): Promise<InclusionProofView> {
    readingOf(by);
    let head = await (size === undefined ? this.lately() : this.headOf(size));
    if (index >= head.size && size === undefined) head = await this.newest(this.query);
    if (index >= head.size) throw new Refusal('audit.index_beyond_size', { about: [String(index), String(head.size)] });
    const [hash, ...proof] = await this.provedHash(index, head);
    return { index, size: head.size, leafHash: base64(hash), proof: proof.map(base64), checkpoint: head.note };
  }

  async consistencyProof(by: Principal, from: number, to?: number): Promise<ConsistencyProofView> {
    readingOf(by);
    const [older, newer] = [await this.headOf(from), await this.headOf(to)];
    if (older.size > newer.size)
      throw new Refusal('audit.size_unknown', { about: [`${from} is beyond ${newer.size}`] });
    const proof = await this.proofs.proof(this.query, consistencyRanges(older.size, newer.size));
    return { from: older.size, to: newer.size, proof: proof.map(base64), older: older.note, newer: newer.note };
  }

  /** The whole log as lines, page by page as the reader takes them. The reading is recorded before the first. */
  async export(by: Principal): Promise<AsyncIterable<string>> {
    const head = await this.reading(readingOfAll(by), 'log', {}, (query) => this.newest(query));
    return this.lines(head);
  }

  private async *lines(head: SignedHead): AsyncGenerator<string> {
    const { origin, verifierKey } = this.key;
    yield `${JSON.stringify({ origin, publicKey: verifierKey, checkpoint: head.note })}\n`;
    for (let next = 0; next < head.size;) {
      const page = await this.store.exportPage(this.query, next, head.size);
      if (page.length === 0) throw new Error(`the log has no entry ${next}`);
      yield page
        .map(({ index, leafHash, entry }) => `${JSON.stringify({ index, leafHash: base64(leafHash), entry })}\n`)
        .join('');
      next = (page.at(-1) as Entry).index + 1;
    }
  }

  private reading<T>(
    reading: Reading,
    what: LogRead['data']['what'],
    asked: LogRead['data']['asked'],
    read: (query: Sql) => Promise<T>,
  ): Promise<T> {
    return this.work.run(async (tx: Transaction) => {
      const result = await read((text, parameters) => tx.query(text, parameters));
      tx.publish(logRead(reading, { what, asked }, this.clock.now()));
      return result;
    });
  }

  private async proved(query: Sql, entry: Entry, head: SignedHead) {
    const proof = await this.proofs.proof(query, inclusionRanges(entry.index, head.size));
    return { ...shown(entry), proof: proof.map(base64) };
  }

  /**
   * Hash of a leaf and its proof, which is tried before it is given out: kept hashes are those of another log when the database
   * was put in place of one that had gone further.
   */
  private async provedHash(index: number, head: SignedHead): Promise<[hash: Buffer, ...proof: Buffer[]]> {
    const ranges = [{ start: index, end: index + 1 }, ...inclusionRanges(index, head.size)];
    for (let attempt = 1; ; attempt++) {
      const [leaf, ...proof] = (await this.proofs.proof(this.query, ranges)) as [Buffer, ...Buffer[]];
      if (verifyInclusion({ leaf, index, size: head.size, root: head.root }, proof)) return [leaf, ...proof];
      if (attempt === 2) throw new Error(`the hashes of the log do not lead to its checkpoint of ${head.size}`);
      this.proofs.forget();
    }
  }

  /** The newest head or one that was it a moment ago. */
  private lately(): Promise<SignedHead> {
    const now = performance.now();
    if (!this.latest || now - this.latest.at > NEWEST_MS) {
      const head = this.newest(this.query);
      this.latest = { at: now, head };
      head.catch(() => (this.latest = null));
    }
    return this.latest.head;
  }

  private async headOf(size?: number): Promise<SignedHead> {
    const head = size === undefined ? await this.newest(this.query) : await this.store.checkpoint(this.query, size);
    if (!head) throw new Refusal('audit.size_unknown', { about: [String(size)] });
    return head;
  }

  private async newest(query: Sql): Promise<SignedHead> {
    const head = await this.store.newest(query);
    if (!head) throw new Refusal('service.unavailable', { retryAfterSeconds: 2 });
    return head;
  }

  private readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);
}

const base64 = (bytes: Buffer): string => bytes.toString('base64');
const concerning = (reading: Reading): string | null => (reading.scope === 'all' ? null : reading.departmentId);
const shown = ({ index, leafHash, entry, sealedAt }: Entry) => ({
  index,
  leafHash: base64(leafHash),
  entry,
  sealedAt: sealedAt.toISOString(),
});
