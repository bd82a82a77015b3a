import { Injectable } from '@nestjs/common';
import { SearchStore, type Shown } from './search.store';

/** Pages of so many answers in one question. */
const MOST_AT_ONCE = 50;

type Waiting = Readonly<{
  rows: readonly Shown[];
  tell: (changed: ReadonlySet<string>) => void;
  fail: (error: unknown) => void;
}>;

/**
 * Whether rows are still as they were shown. What is asked while the database is being asked waits and is asked together:
 * many callers cost one question, and each question begins after all that it is asked for.
 */
@Injectable()
export class CurrentRows {
  private waiting: Waiting[] = [];
  private asking = false;

  constructor(private readonly store: SearchStore) {}

  /** @returns those that are no longer as they were shown */
  async changed<T extends Shown>(rows: readonly T[]): Promise<readonly T[]> {
    if (rows.length === 0) return [];
    const told = new Promise<ReadonlySet<string>>((tell, fail) => this.waiting.push({ rows, tell, fail }));
    if (!this.asking) void this.askAll();
    const changed = await told;
    return changed.size === 0 ? [] : rows.filter((row) => changed.has(keyOf(row)));
  }

  private async askAll(): Promise<void> {
    this.asking = true;
    while (this.waiting.length > 0) {
      const asked = this.waiting.splice(0, MOST_AT_ONCE);
      const rows = new Map(asked.flatMap(({ rows }) => rows.map((row) => [keyOf(row), row])));
      try {
        const changed = new Set((await this.store.changed([...rows.values()])).map(keyOf));
        for (const { tell } of asked) tell(changed);
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    this.asking = false;
  }
}

const keyOf = ({ id, version }: Shown): string => `${id} ${version}`;
