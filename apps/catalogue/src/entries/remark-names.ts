import { COLUMNS } from '../interchange/columns';
import type { FieldNames } from './domain/remarks';

const namesOf = (part: 'entry' | 'item'): ReadonlyMap<string, string> =>
  new Map(COLUMNS.filter((column) => column.part === part).flatMap(({ field, zh, en }) => [zh, en].map((name) => [name, field]))); // prettier-ignore

/** As the guide's template names the fields, in both languages. [B.2] */
export const GUIDE_NAMES: FieldNames = {
  entry: namesOf('entry'),
  // Where an item comes from is one member of it, and several columns.
  item: new Map([...namesOf('item')].map(([name, field]) => [name, field.split('.')[0] ?? field])),
};
