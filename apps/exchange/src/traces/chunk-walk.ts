import { Injectable } from '@nestjs/common';
import type { StoredDelivery, StoredPlace } from '@qiongtong/contracts';
import { isWithin, type Span } from './quarters';
import { CHUNKS_A_WALK, TraceStore, type Walked } from './trace.store';

/** Hashes made with the key of one quarter. */
export type Open = Readonly<{ keyId: string; hashes: readonly Buffer[] }>;
export type Walk = Readonly<{
  deliveries: readonly (StoredDelivery & Readonly<{ hashKeyId: string }>)[];
  looked: number;
  chunks: number;
  next: StoredPlace | null;
}>;

/** Goes through the stored hashes, one quarter after the other, as far as one question goes. */
@Injectable()
export class ChunkWalk {
  constructor(private readonly store: TraceStore) {}

  /** Deliveries that hold any of the hashes of their quarter. */
  async of(span: Span, open: readonly Open[], place: StoredPlace | null): Promise<Walk> {
    const deliveries: Walk['deliveries'][number][] = [];
    let looked = 0;
    let next: StoredPlace | null = null;
    const first = place === null ? 0 : open.findIndex(({ keyId }) => keyId === place.hashKeyId);
    for (const { keyId, hashes } of first < 0 ? [] : open.slice(first)) {
      const after = keyId === place?.hashKeyId ? place : null;
      const walked = await this.store.walk({ keyId, hashes, after }, CHUNKS_A_WALK - looked);
      deliveries.push(
        ...walked.found
          .filter(({ openedAt }) => isWithin(span, openedAt))
          .map((one) => ({ ...shown(one), hashKeyId: keyId })),
      );
      looked += walked.looked;
      next = walked.last;
      if (looked >= CHUNKS_A_WALK) break;
    }
    const chunks = await this.store.chunks(open.map(({ keyId }) => keyId));
    return { deliveries, looked, chunks, next: looked >= CHUNKS_A_WALK ? next : null };
  }
}

const shown = ({ openedAt, closedAt, ...delivery }: Walked['found'][number]): StoredDelivery => ({
  deliveryId: delivery.deliveryId,
  decisionId: delivery.decisionId,
  grantId: delivery.grantId,
  openedAt: openedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
  outcome: delivery.outcome,
  rows: delivery.rows,
  batches: delivery.batches,
});
