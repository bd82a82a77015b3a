import { Injectable } from '@nestjs/common';
import { byFit, orderFit, type OrderFit, type SampleMatch, type SampleTraceAnswer, type StoredPlace } from '@qiongtong/contracts'; // prettier-ignore
import { ChunkWalk } from './chunk-walk';
import { SamplePlaces } from './domain/sample-places';
import type { Span } from './quarters';
import { TraceStore } from './trace.store';

const MOST_BEST = 50;
/** Chunks read at once: some megabytes. */
const CHUNKS_TOGETHER = 250;

/** The hashes that each row has under the key of one quarter. */
export type HashedRows = Readonly<{ keyId: string; rows: readonly (readonly Buffer[])[] }>;

/** Goes through stored deliveries for those that hold every row. */
@Injectable()
export class SampleFits {
  constructor(
    private readonly walk: ChunkWalk,
    private readonly store: TraceStore,
  ) {}

  /** The database looks for the row that may be fewest records; only what holds that one is gone through for the rest. */
  async of(
    span: Span,
    quarters: readonly HashedRows[],
    place: StoredPlace | null,
  ): Promise<NonNullable<SampleTraceAnswer['stored']>> {
    const open = quarters.map(({ keyId, rows }) => ({ keyId, hashes: rarestOf(rows), rows }));
    const { deliveries, ...walked } = await this.walk.of(span, open, place);
    const matches: SampleMatch[] = [];
    // One may be found once for each record that the row may be.
    for (const delivery of new Map(deliveries.map((one) => [one.deliveryId, one])).values()) {
      const { rows } = open.find(({ keyId }) => keyId === delivery.hashKeyId)!;
      const fit = await this.fitOf(delivery.deliveryId, rows);
      if (fit) matches.push({ ...delivery, fit });
    }
    return { ...walked, best: matches.sort(byFit).slice(0, MOST_BEST), matching: matches.length };
  }

  private async fitOf(deliveryId: string, rows: HashedRows['rows']): Promise<OrderFit | null> {
    const places = new SamplePlaces(rows);
    for (let from = 0; ; from += CHUNKS_TOGETHER) {
      const chunks = await this.store.chunksOf(deliveryId, from, CHUNKS_TOGETHER);
      for (const hashes of chunks) places.take(hashes);
      if (places.all) return orderFit(places.all);
      if (chunks.length < CHUNKS_TOGETHER) return null;
    }
  }
}

const rarestOf = (rows: HashedRows['rows']): readonly Buffer[] =>
  rows.reduce((fewest, hashes) => (hashes.length < fewest.length ? hashes : fewest), rows[0] ?? []);
