import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Sql, type Transaction } from '@qiongtong/platform';
import { logRead, readingOf, type Reading } from '../log/domain/reading';
import { chainOf, knownTo, type ChainGrant, type Known } from './domain/grant-chain';
import { GrantTraceStore, type UseCount } from './grant-trace.store';
import type { GrantTraceView, GrantUsesQuery, GrantUsesView } from './grant-traces.dto';
import { TraceCopies } from './trace-copies';
import { TraceStore } from './trace.store';
import { shown } from './traces.service';

const MOST_GRANTS = 500;
const MOST_ACTS = 5_000;

/** What became of a grant, and everything that left under it and under what was passed on out of it. [R13.2, R14.9] */
@Injectable()
export class GrantTracesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly copies: TraceCopies,
    private readonly traces: TraceStore,
    private readonly grants: GrantTraceStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async chain(by: Principal, grantId: string): Promise<GrantTraceView> {
    const reading = readingOf(by);
    await this.copies.catchUp();
    return this.work.run(async (tx) => {
      const known = await this.known(tx.query, reading, grantId);
      const counts = await this.grants.counts(tx.query, known.usesOf);
      this.recorded(tx, reading, { grantId }, known.chain.length);
      const of = Map.groupBy(counts, (one) => one.grantId);
      return {
        grantId,
        items: known.chain.map((grant) =>
          grantView(grant, known.usesOf.includes(grant.grantId), of.get(grant.grantId)),
        ),
        complete: known.complete,
        logSize: await this.traces.to(tx.query),
      };
    });
  }

  async uses(by: Principal, grantId: string, { limit, cursor, ...asked }: GrantUsesQuery): Promise<GrantUsesView> {
    const reading = readingOf(by);
    const scope = `traces-grants:${reading.scope}:${reading.departmentId}:${grantId}:${JSON.stringify(asked)}`;
    const start = cursor === undefined ? 0 : this.cursors.decode<{ from: number }>(cursor, scope).from;
    await this.copies.catchUp();
    return this.work.run(async (tx) => {
      const { usesOf } = await this.known(tx.query, reading, grantId);
      const wanted = asked.of === 'GRANT' ? usesOf.filter((id) => id === grantId) : usesOf;
      const span = { from: asked.from ?? null, to: asked.until ?? null };
      const found = await this.grants.uses(tx.query, wanted, span, start, limit + 1);
      const items = found.slice(0, limit).map((use) => shown(use, null));
      this.recorded(tx, reading, { grantId, ...asked, start }, items.length);
      const more = found[limit];
      return {
        items,
        logSize: await this.traces.to(tx.query),
        next: more ? this.cursors.encode({ from: more.index }, scope) : null,
      };
    });
  }

  /** Somebody else's grant looks like one that nobody has. */
  private async known(query: Sql, reading: Reading, grantId: string): Promise<Known & { complete: boolean }> {
    const members = await this.grants.members(query, grantId, MOST_GRANTS + 1);
    const ids = members.slice(0, MOST_GRANTS).map((member) => member.grantId);
    const acts = await this.grants.acts(query, ids, MOST_ACTS + 1);
    const known = knownTo(reading, chainOf(members.slice(0, MOST_GRANTS), acts.slice(0, MOST_ACTS)));
    if (!known) throw new Refusal('audit.grant_unknown', { about: [grantId] });
    return { ...known, complete: members.length <= MOST_GRANTS && acts.length <= MOST_ACTS };
  }

  private recorded(tx: Transaction, reading: Reading, asked: Readonly<Record<string, unknown>>, found: number): void {
    tx.publish(logRead(reading, { what: 'trace', asked, shown: found }, this.clock.now()));
  }
}

function grantView(
  { parties: _parties, acts, ...grant }: ChainGrant,
  usesKnown: boolean,
  counts: readonly UseCount[] = [],
): GrantTraceView['items'][number] {
  return {
    ...grant,
    acts: acts.map(({ index, type, at, by, told }) => ({ entry: index, proof: proofOf(index), type, at, by, told })),
    uses: usesKnown
      ? counts.map(({ grantId: _grant, firstAt, lastAt, action, ...count }) => ({
          ...count,
          action: action || null,
          firstAt: firstAt.toISOString(),
          lastAt: lastAt.toISOString(),
        }))
      : null,
  };
}

const proofOf = (index: number): string => `/v1/audit/entries/${index}`;
