import { Injectable } from '@nestjs/common';
import type { ResourceState } from '@qiongtong/contracts';
import { keyItemsOf } from '../ingest/domain/row-schema';
import { Moments } from '../records/moments';
import { groupsOf, keyIn, type SampleRow } from './domain/sample';
import { SampleStore } from './sample.store';

/** Records that a row may be; one that may be more tells too little. */
const MOST_RECORDS = 20;

/** The keys of the records that each row may be, in the order of the sample; those that tell none are counted. */
export type Told = Readonly<{ keys: readonly (readonly string[])[]; unknown: number; ambiguous: number }>;

/** Which records the rows of a sample are: by their keys where these are there, else by all their values. */
@Injectable()
export class SampleKeys {
  constructor(
    private readonly store: SampleStore,
    private readonly moments: Moments,
  ) {}

  async of({ id: resourceId, items }: ResourceState, rows: readonly SampleRow[], moment: string | null): Promise<Told> {
    const keyItems = keyItemsOf(items);
    const keys = rows.map((row) => keyIn(row, keyItems)).map((key) => (key === null ? [] : [key]));
    const rest = rows.map((row, at) => ({ at, row })).filter(({ at }) => keys[at]!.length === 0);
    if (rest.length > 0) {
      const asOf = await this.moments.at(resourceId, moment);
      for (const group of groupsOf(rest, items))
        for (const { at, key } of await this.store.keysOf({ resourceId, asOf, group })) keys[at]!.push(key);
      await this.moments.expectKept(resourceId, asOf);
    }
    const telling = keys.filter(({ length }) => length > 0 && length <= MOST_RECORDS);
    const ambiguous = keys.filter(({ length }) => length > MOST_RECORDS).length;
    return { keys: telling, ambiguous, unknown: keys.length - telling.length - ambiguous };
  }
}
