import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, UnitOfWork, type Sql } from '@qiongtong/platform';
import { consistencyRanges, inclusionRanges } from '../log/domain/proofs';
import { logRead, readingOf } from '../log/domain/reading';
import { LogStore, type Entry, type SignedHead } from '../log/log.store';
import { ProofStore } from '../log/proof.store';
import { SigningKey } from '../log/signing-key';
import { SearchStore } from '../search/search.store';
import { wantedOf } from '../search/search.service';
import { filesOf, type Contents, type Proved } from './domain/package';
import { evidenceZip } from './evidence-zip';

export type Asked = Readonly<{ about: string; size?: number; from?: number }>;

/** A package is made in memory, so it has an end. */
const MAX_ENTRIES = 10_000;
const MAX_CHARACTERS = 32_000_000;
const PAGE = 100;

/** Everything the log has about one thing, proved, for whoever may read it there. [R14.9] [R21.1] */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly log: LogStore,
    private readonly proofs: ProofStore,
    private readonly searches: SearchStore,
    private readonly key: SigningKey,
    private readonly clock: Clock,
  ) {}

  async package(by: Principal, asked: Asked): Promise<NodeJS.ReadableStream> {
    const reading = readingOf(by);
    const contents = await this.work.run(async (tx): Promise<Contents> => {
      const query: Sql = (text, parameters) => tx.query(text, parameters);
      const head = await this.head(query, asked.size);
      const wanted = wantedOf(reading, { about: asked.about });
      const entries = await this.entries(query, wanted, head);
      const consistency = asked.from === undefined ? null : await this.consistency(query, asked.from, head);
      const read = { what: 'evidence', asked: { ...asked }, shown: entries.length } as const;
      tx.publish(logRead(reading, read, this.clock.now()));
      const { origin, verifierKey } = this.key;
      return {
        about: asked.about,
        origin,
        key: verifierKey,
        checkpoint: head.note,
        size: head.size,
        entries,
        consistency,
      };
    });
    return evidenceZip(filesOf(contents));
  }

  private async entries(query: Sql, wanted: ReturnType<typeof wantedOf>, head: SignedHead): Promise<Proved[]> {
    const before = Math.min(head.size, await this.searches.searchedTo(query));
    const rarest = await this.searches.bound(query, wanted, { from: 0, before });
    const entries: Proved[] = [];
    let characters = 0;
    for (let from = 0; ;) {
      const page = await this.searches.page(query, wanted, rarest, { from, before }, PAGE);
      entries.push(...(await this.proved(query, page, head)));
      characters += page.reduce((sum, { entry }) => sum + entry.length, 0);
      if (entries.length > MAX_ENTRIES || characters > MAX_CHARACTERS)
        throw new Refusal('audit.evidence_too_large', { about: [String(MAX_ENTRIES)] });
      const last = page.at(-1);
      if (page.length < PAGE || !last) break;
      from = last.index + 1;
    }
    if (entries.length === 0) throw new Refusal('audit.evidence_unknown', { about: wanted.terms.slice(0, 1) });
    return entries;
  }

  /** Proofs of a page are read together. */
  private async proved(query: Sql, page: readonly Entry[], { size }: SignedHead): Promise<Proved[]> {
    const ranges = page.map(({ index }) => inclusionRanges(index, size));
    const hashes = await this.proofs.proof(query, ranges.flat());
    let at = 0;
    return page.map(({ index, leafHash, entry }, i) => {
      const proof = hashes.slice(at, (at += ranges[i]?.length ?? 0)).map(base64);
      return { index, leafHash: base64(leafHash), entry, proof };
    });
  }

  private async consistency(query: Sql, from: number, newer: SignedHead): Promise<Contents['consistency']> {
    const older = await this.head(query, from);
    if (older.size > newer.size) throw new Refusal('audit.size_unknown', { about: [String(from)] });
    const proof = await this.proofs.proof(query, consistencyRanges(older.size, newer.size));
    return { from: older.size, to: newer.size, proof: proof.map(base64), older: older.note, newer: newer.note };
  }

  private async head(query: Sql, size?: number): Promise<SignedHead> {
    const head = size === undefined ? await this.log.newest(query) : await this.log.checkpoint(query, size);
    if (head && head.size > 0) return head;
    if (size === undefined) throw new Refusal('service.unavailable', { retryAfterSeconds: 2 });
    throw new Refusal('audit.size_unknown', { about: [String(size)] });
  }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64');
