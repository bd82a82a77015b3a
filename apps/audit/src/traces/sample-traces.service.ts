import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { actorOf, orderFit, Refusal, type Principal, type SampleTraceAnswer, type StoredPlace } from '@qiongtong/contracts'; // prettier-ignore
import { Clock, Cursors, UnitOfWork, type Sql } from '@qiongtong/platform';
import { logRead } from '../log/domain/reading';
import { inlinePlaces } from './domain/inline-places';
import { gaveAll, ranked, type Candidate } from './domain/ranking';
import { beginOf } from './domain/traced';
import { ExchangeTraces } from './exchange-traces';
import { SampleTraceStore, type RowHash } from './sample-trace.store';
import type { SampleTraceBody, SampleTraceView } from './sample-traces.dto';
import { TraceCopies } from './trace-copies';
import type { Span, Use } from './trace.store';
import { shown, tracingOf } from './traces.service';

/** What is known when a page ends, and where the next begins: first the log itself, then what exchange stores. */
type Place = Readonly<{ best: readonly Candidate[]; matching: number; looked: number; stored?: StoredPlace | null }>;
type Found = Readonly<{ candidates: readonly Candidate[]; matching: number }>;

const BEGINNING: Place = { best: [], matching: 0, looked: 0 };
const MOST_HOLDING = 500;
const ALWAYS: Span = { from: null, to: null };

/** From which delivery a sample of rows may be that was found outside. [R13.4, R21.1] */
@Injectable()
export class SampleTracesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly exchange: ExchangeTraces,
    private readonly copies: TraceCopies,
    private readonly samples: SampleTraceStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async of(by: Principal, { cursor, ...asked }: SampleTraceBody): Promise<SampleTraceView> {
    if ((asked.rows === undefined) === (asked.csv === undefined))
      throw new Refusal('request.invalid', { errors: [{ pointer: '/rows', message: 'give rows or csv' }] });
    const span: Span = { from: asked.from ?? null, to: asked.to ?? null };
    const scope = `traces-samples:${actorOf(by)}:${createHash('sha256').update(JSON.stringify(asked)).digest('hex')}`;
    const place = cursor === undefined ? BEGINNING : this.cursors.decode<Place>(cursor, scope);
    const stored = 'stored' in place ? { stored: place.stored } : {};
    const known = await this.exchange.sample(by, { ...asked, asOf: asked.asOf ?? null, ...span, ...stored });
    await this.copies.catchUp();
    return this.work.run(async (tx) => {
      const found = known.stored ? await this.ofStored(tx.query, known) : await this.ofLog(tx.query, known, span);
      const best = ranked(place.best, found.candidates);
      const matching = place.matching + found.matching;
      const looked = place.looked + (known.stored?.looked ?? 0);
      const next: Place | null = nextOf(known, { best, matching, looked });
      const told = { resourceId: known.resourceId, asOf: asked.asOf ?? null, ...span, sample: { rows: known.rows.given, digest: known.digest } }; // prettier-ignore
      tx.publish(logRead(tracingOf(by), { what: 'trace', asked: told, shown: matching }, this.clock.now()));
      return {
        resourceId: known.resourceId,
        sample: { ...known.rows, items: known.items, digest: known.digest },
        quarters: known.quarters.map(({ quarter, rows, destroyedAt }) => ({
          quarter,
          traceable: rows !== null,
          keyDestroyedAt: destroyedAt,
        })),
        items: await this.suspects(tx.query, best),
        matching,
        progress: { looked, chunks: known.stored?.chunks ?? 0 },
        logSize: await this.samples.traces.to(tx.query),
        next: next && this.cursors.encode(next, scope),
      };
    });
  }

  /** Answers that have the hashes of all their rows in their entry. */
  private async ofLog(query: Sql, known: SampleTraceAnswer, span: Span): Promise<Found> {
    const candidates: Candidate[] = [];
    for (const { rows } of known.quarters) {
      if (rows === null) continue;
      const held = await this.samples.holding(query, beginsOf(rows), rows.length, span, MOST_HOLDING);
      const uses = Map.groupBy(await this.samples.ofEntries(query, held.map(({ index }) => index)), ({ index }) => index); // prettier-ignore
      for (const { index, at, entry } of held) {
        const places = inlinePlaces(entry, rows);
        if (!places) continue;
        const of = uses.get(index) ?? [];
        candidates.push({
          ...{ entry: index, deliveryId: null, openedAt: at.toISOString(), rows: of[0]?.rows ?? null },
          ...{ fit: orderFit(places), gave: gaveAll(known.items, of.map(({ items }) => items)) }, // prettier-ignore
        });
      }
    }
    return { candidates, matching: candidates.length };
  }

  private async ofStored(query: Sql, known: SampleTraceAnswer): Promise<Found> {
    const { best, matching } = known.stored!;
    const uses = await this.usesOf(query, best.map(({ deliveryId }) => deliveryId)); // prettier-ignore
    const candidates = best.map(({ deliveryId, openedAt, rows, fit }) => {
      const gave = (uses.get(deliveryId) ?? []).map(({ items }) => items);
      return { entry: null, deliveryId, openedAt, rows, fit, gave: gaveAll(known.items, gave) };
    });
    return { candidates, matching };
  }

  private async suspects(query: Sql, best: readonly Candidate[]): Promise<SampleTraceView['items']> {
    const stored = await this.usesOf(query, best.flatMap(({ deliveryId }) => deliveryId ?? [])); // prettier-ignore
    const inline = await this.samples.ofEntries(query, best.flatMap(({ entry }) => entry ?? [])); // prettier-ignore
    return best.map(({ entry, deliveryId, openedAt, rows, fit, gave }, at) => ({
      ...{
        rank: at + 1,
        deliveryId,
        openedAt,
        rows,
        inOrder: fit.inOrder,
        neighbours: fit.neighbours,
        gaveItems: gave,
      },
      uses: (deliveryId === null ? inline.filter(({ index }) => index === entry) : (stored.get(deliveryId) ?? [])).map(
        (use) => shown(use, null),
      ),
    }));
  }

  private async usesOf(query: Sql, deliveryIds: readonly string[]): Promise<Map<string | null, Use[]>> {
    const uses = deliveryIds.length === 0 ? [] : await this.samples.traces.ofDeliveries(query, deliveryIds, ALWAYS);
    return Map.groupBy(uses, ({ deliveryId }) => deliveryId);
  }
}

const beginsOf = (rows: readonly (readonly string[])[]): RowHash[] =>
  rows.flatMap((hashes, row) => hashes.map((hash) => ({ begin: beginOf(Buffer.from(hash, 'base64url')), row })));

/** null behind the last page. */
function nextOf({ stored }: SampleTraceAnswer, known: Place): Place | null {
  if (stored === null) return { ...known, stored: null };
  return stored.next && { ...known, stored: stored.next };
}
