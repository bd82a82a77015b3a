import type { Naming, Reached, SeenChange, StoredChange } from './change';

/** One change as it is told: its line of JSON, and whether a row leaves with it. */
export type Told = Readonly<{ change: StoredChange; id: string; line: string; rows: boolean }>;

type Telling = Readonly<{
  view: (change: StoredChange) => SeenChange | null;
  naming: Naming;
  /** How many may be told, and how many of those found may be looked at for it. */
  changes: number;
  lookedAt: number;
  /** UTF-16 units of what is told; the first change is told whatever its length. */
  units?: number;
}>;

/** As many of the changes as an answer takes, and how far that came. */
export function toldOf(
  found: readonly StoredChange[],
  { view, naming, changes, lookedAt, units = Infinity }: Telling,
  from: Reached,
): { told: Told[]; reached: Reached; more: boolean } {
  const told: Told[] = [];
  let reached = from;
  let length = 0;
  for (const change of found.slice(0, lookedAt)) {
    const seen = view(change);
    if (seen && told.length === changes) return { told, reached, more: true };
    if (seen) {
      const row = seen.op === 'upserted' && { row: seen.row };
      const id = naming(change.key);
      const line = JSON.stringify({ op: seen.op, id, ...row });
      if (told.length > 0 && length + line.length > units) return { told, reached, more: true };
      length += line.length;
      told.push({ change, id, line, rows: seen.op === 'upserted' });
    }
    reached = { batchNo: change.batchNo, key: change.key };
  }
  return { told, reached, more: found.length > lookedAt };
}
