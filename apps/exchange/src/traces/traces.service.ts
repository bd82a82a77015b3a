import { Injectable } from '@nestjs/common';
import {
  oversees,
  recordKeyOf,
  keyValuesOf,
  Refusal,
  type Principal,
  type QuarterTraced,
  type RecordTraceAnswer,
  type RecordTraceQuestion,
  type ResourceState,
  type StoredDelivery,
  type StoredPlace,
} from '@qiongtong/contracts';
import { KeyHasher, quarterOf } from '../deliveries/hash-keys';
import { keyItemsOf } from '../ingest/domain/row-schema';
import { LivePolicy } from '../policy/live-policy';
import { CHUNKS_A_WALK, TraceStore, type QuarterKey } from './trace.store';

/** A hash is made a little before its access record is written, which may be in the next quarter. */
const DAY_MS = 86_400_000;

/** Which deliveries held a record, as far as exchange knows: the record's hashes, and the deliveries stored here. [R13.4] */
@Injectable()
export class TracesService {
  constructor(
    private readonly store: TraceStore,
    private readonly policy: LivePolicy,
  ) {}

  async record(by: Principal, question: RecordTraceQuestion): Promise<RecordTraceAnswer> {
    const resource = this.policy.index.resource(question.resourceId);
    this.expectMayTrace(by, resource);
    const key = keyOf(question, resource);
    const keys = (await this.store.keys(question.resourceId)).filter(within(question));
    const hashed = keys.map((known) => ({ known, hash: known.key && new KeyHasher(known.id, known.key).hash(key) }));
    const quarters = hashed.map(({ known, hash }) => quarter(known, hash));
    const { stored } = question;
    const open = hashed.flatMap(({ known, hash }) => (hash ? [{ keyId: known.id, hash }] : []));
    return {
      resourceId: question.resourceId,
      quarters,
      stored: stored === undefined ? null : await this.walked(question, open, stored),
    };
  }

  /** One quarter after the other, as far as one question goes. */
  private async walked(
    span: Span,
    open: readonly Readonly<{ keyId: string; hash: Buffer }>[],
    place: StoredPlace | null,
  ): Promise<NonNullable<RecordTraceAnswer['stored']>> {
    const deliveries: StoredDelivery[] = [];
    let looked = 0;
    let next: StoredPlace | null = null;
    const first = place === null ? 0 : open.findIndex(({ keyId }) => keyId === place.hashKeyId);
    for (const { keyId, hash } of first < 0 ? [] : open.slice(first)) {
      const after = keyId === place?.hashKeyId ? place : null;
      const walked = await this.store.walk({ keyId, hash, after }, CHUNKS_A_WALK - looked);
      deliveries.push(...walked.found.filter(({ openedAt }) => isWithin(span, openedAt)).map(shown));
      looked += walked.looked;
      next = walked.last;
      if (looked >= CHUNKS_A_WALK) break;
    }
    const chunks = await this.store.chunks(open.map(({ keyId }) => keyId));
    return { deliveries, looked, chunks, next: looked >= CHUNKS_A_WALK ? next : null };
  }

  /** The provider its own, an authority and the auditor what is in their region; nobody else learns who read what. */
  private expectMayTrace(by: Principal, resource: ResourceState | undefined): void {
    const { officerId, roles } = by;
    const answers = roles.includes('REVIEWER') || roles.includes('RESPONSIBLE_OFFICER');
    const own = officerId !== null && answers && resource?.providerId === by.departmentId;
    const provider = resource && this.policy.index.organisation(resource.providerId);
    // What left of a resource that is no longer known can still be traced, by those who oversee the whole province.
    const regionCode = provider?.regionCode ?? '460000';
    if (!own && !oversees(by, regionCode)) throw new Refusal('audit.trace_not_yours', { about: [by.departmentId] });
  }
}

const quarter = ({ id, quarter: name, destroyedAt }: QuarterKey, hash: Buffer | null): QuarterTraced => ({
  quarter: name,
  hashKeyId: id,
  hash: hash && hash.toString('base64url'),
  destroyedAt: destroyedAt?.toISOString() ?? null,
});

const shown = ({
  openedAt,
  closedAt,
  ...delivery
}: Awaited<ReturnType<TraceStore['walk']>>['found'][number]): StoredDelivery => ({
  deliveryId: delivery.deliveryId,
  decisionId: delivery.decisionId,
  grantId: delivery.grantId,
  openedAt: openedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
  outcome: delivery.outcome,
  rows: delivery.rows,
  batches: delivery.batches,
});

type Span = Pick<RecordTraceQuestion, 'from' | 'to'>;
const isWithin = ({ from, to }: Span, at: Date): boolean =>
  (from === null || at.getTime() >= Date.parse(from) - DAY_MS) && (to === null || at.getTime() <= Date.parse(to));

/** `2026Q1` sorts as its time does. */
const within = ({ from, to }: Span) => {
  const first = from === null ? null : quarterOf(new Date(Date.parse(from) - DAY_MS));
  const last = to === null ? null : quarterOf(new Date(to));
  return ({ quarter: name }: QuarterKey) => (first === null || name >= first) && (last === null || name <= last);
};

/** The key as it was hashed, however the caller encoded it. */
function keyOf({ recordKey, keyItems }: RecordTraceQuestion, resource: ResourceState | undefined): string {
  if (recordKey !== undefined) {
    try {
      return recordKeyOf(keyValuesOf(recordKey));
    } catch {
      throw new Refusal('request.invalid', { errors: [{ pointer: '/recordKey', message: 'is no key of a record' }] });
    }
  }
  const codes = resource ? keyItemsOf(resource.items).map(({ code }) => code) : [];
  const given = keyItems ?? {};
  if (
    codes.length === 0 ||
    Object.keys(given).length !== codes.length ||
    !codes.every((code) => typeof given[code] === 'string')
  )
    throw new Refusal('audit.trace_key_incomplete', { about: codes });
  return recordKeyOf(codes.map((code) => given[code]!));
}
