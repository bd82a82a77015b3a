import { Injectable } from '@nestjs/common';
import {
  actorOf,
  Refusal,
  type Principal,
  type RecordTraceAnswer,
  type StoredDelivery,
  type StoredPlace,
} from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork } from '@qiongtong/platform';
import { logRead, type Reading } from '../log/domain/reading';
import { beginOf } from './domain/traced';
import { ExchangeTraces } from './exchange-traces';
import { TraceCopies } from './trace-copies';
import { TraceStore, type Span, type Use } from './trace.store';
import type { RecordTraceBody, RecordTraceView, TracedUseView } from './traces.dto';

/** Where the pages of one trace stand: first what stands in the log itself, then the long deliveries. */
type Place = Readonly<{ keyed: number }> | Readonly<{ stored: StoredPlace | null; looked: number }>;

/** To whom a record went. Whoever asks is on record before the answer leaves. [R13.4, R14.9] */
@Injectable()
export class TracesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly exchange: ExchangeTraces,
    private readonly copies: TraceCopies,
    private readonly store: TraceStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async record(by: Principal, body: RecordTraceBody): Promise<RecordTraceView> {
    const { limit, cursor, ...asked } = body;
    if ((asked.recordKey === undefined) === (asked.keyItems === undefined))
      throw new Refusal('request.invalid', {
        errors: [{ pointer: '/recordKey', message: 'give recordKey or keyItems' }],
      });
    const span: Span = { from: asked.from ?? null, to: asked.to ?? null };
    const scope = `traces-records:${actorOf(by)}:${JSON.stringify(asked)}`;
    const place: Place = cursor === undefined ? { keyed: 0 } : this.cursors.decode<Place>(cursor, scope);
    const question = { ...asked, ...span, ...('stored' in place ? { stored: place.stored } : {}) };
    const known = await this.exchange.record(by, question);
    await this.copies.catchUp();
    const { items, next, progress, logSize } =
      'stored' in place
        ? await this.stored(by, known, span, place)
        : await this.keyed(by, known, span, place.keyed, limit);
    return {
      resourceId: known.resourceId,
      quarters: known.quarters.map(({ quarter, hash, destroyedAt }) => ({
        quarter,
        traceable: hash !== null,
        keyDestroyedAt: destroyedAt,
      })),
      items,
      progress,
      logSize,
      next: next && this.cursors.encode(next, scope),
    };
  }

  private keyed(by: Principal, known: RecordTraceAnswer, span: Span, from: number, limit: number) {
    const hashes = known.quarters.flatMap(({ hash }) =>
      hash === null ? [] : [{ begin: beginOf(Buffer.from(hash, 'base64url')), text: hash }],
    );
    return this.recorded(by, known, span, async (query) => {
      const logSize = await this.store.to(query);
      const found = await this.store.keyed(query, hashes, span, from, limit + 1);
      const more = found[limit];
      const next: Place = more ? { keyed: more.index } : { stored: null, looked: 0 };
      const items = found.slice(0, limit).map((use) => shown(use, null));
      return { items, next, progress: { looked: 0, chunks: 0 }, logSize };
    });
  }

  private stored(by: Principal, known: RecordTraceAnswer, span: Span, place: Extract<Place, { looked: number }>) {
    const { deliveries, looked, chunks, next } = known.stored!;
    const before = place.looked;
    return this.recorded(by, known, span, async (query) => {
      const logSize = await this.store.to(query);
      const ids = deliveries.map(({ deliveryId }) => deliveryId);
      const uses = ids.length === 0 ? [] : await this.store.ofDeliveries(query, ids, span);
      const of = Map.groupBy(uses, ({ deliveryId }) => deliveryId);
      const items = deliveries.flatMap((delivery) =>
        (of.get(delivery.deliveryId) ?? [])
          .map((use) => shown(use, delivery))
          .concat(of.has(delivery.deliveryId) ? [] : [withoutEntry(delivery, known.resourceId)]),
      );
      const on: Place | null = next && { stored: next, looked: before + looked };
      return { items, next: on, progress: { looked: before + looked, chunks }, logSize };
    });
  }

  /** The record is named by its hashes, as in every entry of the log. */
  private recorded<T>(
    by: Principal,
    known: RecordTraceAnswer,
    span: Span,
    read: (query: Parameters<TraceStore['to']>[0]) => Promise<T>,
  ): Promise<T> {
    return this.work.run(async (tx) => {
      const result = await read(tx.query);
      const hashes = known.quarters.map(({ hashKeyId, hash }) => ({ hashKeyId, hash }));
      const asked = { resourceId: known.resourceId, ...span, hashes };
      tx.publish(logRead(tracingOf(by), { what: 'trace', asked }, this.clock.now()));
      return result;
    });
  }
}

/** Whether somebody may trace at all is exchange's answer. */
export const tracingOf = (by: Principal): Reading => ({
  by: actorOf(by),
  departmentId: by.departmentId,
  scope: by.roles.some((role) => role !== 'REVIEWER' && role !== 'RESPONSIBLE_OFFICER') ? 'all' : 'own',
});

export const shown = ({ index, at, ...use }: Use, delivery: StoredDelivery | null): TracedUseView => ({
  ...use,
  entry: index,
  proof: `/v1/audit/entries/${index}`,
  at: at.toISOString(),
  grantId: use.grantId ?? delivery?.grantId ?? null,
  rows: use.rows ?? delivery?.rows ?? null,
  batches: delivery?.batches ?? null,
  exact: delivery?.outcome !== 'cut',
});

/** A delivery whose access is not in the log: it was cut before it began to leave, or what is said of it is on its way. */
const withoutEntry = (delivery: StoredDelivery, resourceId: string): TracedUseView => ({
  ...{ entry: null, proof: null, type: 'delivery', at: delivery.openedAt, resourceId },
  ...{ decisionId: delivery.decisionId, deliveryId: delivery.deliveryId, grantId: delivery.grantId },
  ...{ departmentId: null, systemId: null, officerId: null, officerAsserted: false, purpose: null },
  ...{
    matterNumber: null,
    action: null,
    items: null,
    outcome: delivery.outcome,
    rows: delivery.rows,
    batches: delivery.batches,
  },
  exact: delivery.outcome !== 'cut',
});
