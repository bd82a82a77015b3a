import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type SampleTraceAnswer, type SampleTraceQuestion } from '@qiongtong/contracts';
import { Clock } from '@qiongtong/platform';
import { HashKeys, KeyHasher } from '../deliveries/hash-keys';
import { canonical, type SampleRow } from './domain/sample';
import { quartersWithin } from './quarters';
import { SampleFits, type HashedRows } from './sample-fits';
import { SampleKeys, type Told } from './sample-keys';
import { rowsOfSample } from './sample-rows';
import { TraceStore, type QuarterKey } from './trace.store';
import { Tracers } from './tracers';

type Quarter = Readonly<{ key: QuarterKey; rows: HashedRows['rows'] | null }>;

/** Which deliveries hold all rows of a sample that was found outside, and how its order fits them. [R13.4, R21.1] */
@Injectable()
export class SamplesService {
  constructor(
    private readonly store: TraceStore,
    private readonly hashKeys: HashKeys,
    private readonly tracers: Tracers,
    private readonly keys: SampleKeys,
    private readonly fits: SampleFits,
    private readonly clock: Clock,
  ) {}

  async of(by: Principal, question: SampleTraceQuestion): Promise<SampleTraceAnswer> {
    const { resourceId, stored } = question;
    const resource = this.tracers.resource(by, resourceId);
    if (!resource) throw new Refusal('access.resource_unknown', { about: [resourceId] });
    const rows = rowsOfSample(question, resource.items);
    const told = await this.keys.of(resource, rows, question.asOf);
    if (told.keys.length === 0) throw new Refusal('audit.sample_untold');
    const known = (await this.store.keys(resourceId)).filter(quartersWithin(question));
    const quarters = known.map((key) => ({ key, rows: hashesOf(key, told) }));
    const open = quarters.flatMap(({ key, rows: hashed }) => (hashed ? [{ keyId: key.id, rows: hashed }] : []));
    return {
      resourceId,
      items: resource.items.map(({ code }) => code).filter((code) => rows.some((row) => row.has(code))),
      rows: { given: rows.length, used: told.keys.length, unknown: told.unknown, ambiguous: told.ambiguous },
      digest: await this.digestOf(resourceId, rows),
      quarters: quarters.map(shown),
      stored: stored === undefined ? null : await this.fits.of(question, open, stored),
    };
  }

  /** Whoever asked about it can be asked to show it again; nobody can tell its values from this. */
  private async digestOf(resourceId: string, rows: readonly SampleRow[]): Promise<string> {
    const hasher = await this.hashKeys.of(resourceId, this.clock.now());
    return `${hasher.keyId}:${hasher.hash(rows.map(canonical).join('\n')).toString('base64url')}`;
  }
}

function hashesOf({ id, key }: QuarterKey, { keys }: Told): HashedRows['rows'] | null {
  if (!key) return null;
  const hasher = new KeyHasher(id, key);
  return keys.map((ofRow) => ofRow.map((recordKey) => hasher.hash(recordKey)));
}

const shown = ({ key, rows }: Quarter): SampleTraceAnswer['quarters'][number] => ({
  quarter: key.quarter,
  hashKeyId: key.id,
  destroyedAt: key.destroyedAt?.toISOString() ?? null,
  rows: rows && rows.map((hashes) => hashes.map((hash) => hash.toString('base64url'))),
});
