import { Injectable } from '@nestjs/common';
import {
  recordKeyOf,
  keyValuesOf,
  Refusal,
  type Principal,
  type QuarterTraced,
  type RecordTraceAnswer,
  type RecordTraceQuestion,
  type ResourceState,
} from '@qiongtong/contracts';
import { KeyHasher } from '../deliveries/hash-keys';
import { keyItemsOf } from '../ingest/domain/row-schema';
import { ChunkWalk } from './chunk-walk';
import { quartersWithin } from './quarters';
import { TraceStore, type QuarterKey } from './trace.store';
import { Tracers } from './tracers';

/** Which deliveries held a record, as far as exchange knows: the record's hashes, and the deliveries stored here. [R13.4] */
@Injectable()
export class TracesService {
  constructor(
    private readonly store: TraceStore,
    private readonly tracers: Tracers,
    private readonly walk: ChunkWalk,
  ) {}

  async record(by: Principal, question: RecordTraceQuestion): Promise<RecordTraceAnswer> {
    const resource = this.tracers.resource(by, question.resourceId);
    const key = keyOf(question, resource);
    const keys = (await this.store.keys(question.resourceId)).filter(quartersWithin(question));
    const hashed = keys.map((known) => ({ known, hash: known.key && new KeyHasher(known.id, known.key).hash(key) }));
    const quarters = hashed.map(({ known, hash }) => quarter(known, hash));
    const { stored } = question;
    const open = hashed.flatMap(({ known, hash }) => (hash ? [{ keyId: known.id, hashes: [hash] }] : []));
    return {
      resourceId: question.resourceId,
      quarters,
      stored: stored === undefined ? null : await this.walk.of(question, open, stored),
    };
  }
}

const quarter = ({ id, quarter: name, destroyedAt }: QuarterKey, hash: Buffer | null): QuarterTraced => ({
  quarter: name,
  hashKeyId: id,
  hash: hash && hash.toString('base64url'),
  destroyedAt: destroyedAt?.toISOString() ?? null,
});

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
