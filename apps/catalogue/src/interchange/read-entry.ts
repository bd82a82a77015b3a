import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import { unmarked } from '@qiongtong/platform';
import type { Content, ContentChange } from '../entries/domain/content';
import { valueIn } from './code-lists';
import { AT, COLUMNS, type Column } from './columns';

/** Cells of one row, in the order of `COLUMNS`; a column that the sheet does not have is empty. */
export type ReadRow = Readonly<{ n: number; cells: readonly string[] }>;
/** What is wrong with one cell: its row, its place in `COLUMNS`, and the code of the refusal. */
export type Fault = Readonly<{ n: number; at: number; code: RefusalCode }>;
export type ReadEntry = Readonly<{
  n: number;
  /** Null where the sheet names none. */
  resourceCode: string | null;
  /** As the sheet names it; empty where it does not. */
  provider: string;
  given: ContentChange & Pick<Content, 'classification' | 'name'>;
  faults: readonly Fault[];
}>;

const CODE = AT.get('entry.resourceCode')!;
const NAME = AT.get('entry.name')!;

/** Whether a row goes on with the entry of the row before: the same code and name, or nothing said of them. */
export const continues = (row: ReadRow, first: ReadRow): boolean =>
  [CODE, NAME].every((at) => row.cells[at] === '' || row.cells[at] === first.cells[at]);

/** Reads the rows of one entry, every fault of every cell. */
export function readEntry(rows: readonly ReadRow[]): ReadEntry {
  const [first] = rows as [ReadRow, ...ReadRow[]];
  const faults: Fault[] = [];
  const whole = readCells(first, 'entry', faults);
  for (const row of rows.slice(1)) faults.push(...contradictions(row, first));
  const items = rows.filter(hasItem).map((row) => {
    const { key = false, required = false, sensitive = false, queryable = false, ...item } = nested(readCells(row, 'item', faults)); // prettier-ignore
    faults.push(...halfSaid(row, 'item', 'source'));
    return { key, required, sensitive, queryable, ...item };
  });
  const { resourceCode, provider, ...given } = nested(whole) as ContentChange & Partial<Record<'resourceCode' | 'provider', string>>; // prettier-ignore
  for (const field of ['legalBasis', 'governingRule']) faults.push(...halfSaid(first, 'entry', field));
  // What a draft says of an attachment that there is none of.
  const legalBasis = given.legalBasis && Object.assign({ attachmentDigest: null }, given.legalBasis);
  return {
    n: first.n,
    resourceCode: resourceCode ?? null,
    provider: provider ?? '',
    given: { ...given, ...(legalBasis && { legalBasis }), items } as unknown as ReadEntry['given'],
    faults,
  };
}

const hasItem = ({ cells }: ReadRow) => COLUMNS.some(({ part }, at) => part === 'item' && cells[at] !== '');

function readCells({ n, cells }: ReadRow, part: Column['part'], faults: Fault[]): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  COLUMNS.forEach((column, at) => {
    if (column.part !== part || column.kind.is === 'told') return;
    const cell = unmarked(cells[at] ?? '').trim();
    if (cell === '') {
      if (column.needed) faults.push({ n, at, code: 'import.cell_missing' });
      return;
    }
    const value = valueOf(column, cell);
    if (value instanceof Fail) faults.push({ n, at, code: value.code });
    else read[column.field] = value;
  });
  return read;
}

class Fail {
  constructor(readonly code: RefusalCode) {}
}
const TOO_LONG = new Fail('import.cell_too_long');
const MALFORMED = new Fail('import.cell_malformed');
const NOT_LISTED = new Fail('import.value_not_listed');

function valueOf({ kind }: Column, cell: string): unknown {
  switch (kind.is) {
    case 'text':
      return longer(cell, kind.most) ? TOO_LONG : kind.form && !kind.form.test(cell) ? MALFORMED : cell;
    case 'one':
      return valueIn(kind.of, cell) ?? NOT_LISTED;
    case 'some': {
      const values = partsOf(cell).map((part) => valueIn(kind.of, part));
      if (values.includes(undefined)) return NOT_LISTED;
      return new Set(values).size < values.length ? MALFORMED : values;
    }
    case 'texts': {
      const values = partsOf(cell);
      if (values.length > kind.most || values.some((value) => longer(value, kind.longest))) return TOO_LONG;
      const { form } = kind;
      const repeated = form && new Set(values).size < values.length;
      return repeated || (form && !values.every((value) => form.test(value))) ? MALFORMED : values;
    }
    case 'yesNo':
      return YES_NO[cell.toLowerCase()] ?? NOT_LISTED;
    case 'told':
      return undefined;
  }
}

/** Characters, not UTF-16 units: a rare ideograph counts once. */
const longer = (text: string, most: number) => text.length > most && [...text].length > most;

const YES_NO: Readonly<Record<string, boolean>> = {
  ...{ '1': true, 是: true, yes: true, true: true, y: true },
  ...{ '0': false, 否: false, no: false, false: false, n: false },
};

/** Values parted by semicolons of either width; a backslash takes the sign after it as it is. */
function partsOf(cell: string): string[] {
  const parts = [''];
  for (const [sign, escaped] of cell.matchAll(/\\([\\;\uff1b])|[^]/gu)) {
    if (escaped === undefined && (sign === ';' || sign === '\uff1b')) parts.push('');
    else parts[parts.length - 1] += escaped ?? sign;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** `a.b` becomes `b` of `a`. */
function nested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const deep: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(flat)) {
    const [outer = field, inner] = field.split('.');
    deep[outer] = inner === undefined ? value : { ...(deep[outer] as object | undefined), [inner]: value };
  }
  return deep;
}

/** Of a basis, a rule or a source all is said or nothing, but for what may be left out of it. */
function halfSaid({ n, cells }: ReadRow, part: Column['part'], whole: string): Fault[] {
  const own = COLUMNS.flatMap((column, at) =>
    column.part === part && column.field.startsWith(`${whole}.`) ? [{ field: column.field, at }] : [],
  );
  if (own.every(({ at }) => cells[at] === '')) return [];
  return own
    .filter(({ field, at }) => cells[at] === '' && !LEFT_OUT.has(field))
    .map(({ at }) => ({ n, at, code: 'import.cell_missing' }));
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['legalBasis.attachmentDigest', 'source.population', 'source.regionCode', 'source.fromId'],
]);

const contradictions = ({ n, cells }: ReadRow, first: ReadRow): Fault[] =>
  COLUMNS.flatMap(({ part, kind }, at) =>
    part === 'entry' && kind.is !== 'told' && cells[at] !== '' && cells[at] !== first.cells[at]
      ? [{ n, at, code: 'import.row_contradicts' as const }]
      : [],
  );

/** Which column a rule of the catalogue is about; where it does not say, the name. */
const ABOUT: Partial<Record<RefusalCode, string>> = {
  'catalogue.code_outside_classification': 'resourceCode',
  'catalogue.provider_code_invalid': 'providerCode',
  'catalogue.delivery_mode_not_allowed': 'deliveryMode',
  'catalogue.condition_on_unconditional': 'sharingCondition',
  'catalogue.update_mode_mismatch': 'updateMode',
  'catalogue.visibility_too_narrow': 'metadataVisibility',
  'catalogue.derived_from_unknown': 'derivedFrom',
};

/** A refusal of the entry as faults of its cells: of items, in the rows they stand in. */
export function faultsOf({ code, details }: Refusal, rows: readonly ReadRow[]): Fault[] {
  const first = rows[0]!;
  const withItems = rows.filter(hasItem);
  const pointed = [...(details.errors ?? []).map(({ pointer }) => pointer), ...(details.about ?? []).map((path) => `/${path.replaceAll('.', '/')}`)]; // prettier-ignore
  const faults = pointed.flatMap((pointer): Fault[] => {
    const [, index, field] = /^\/items\/(\d+)\/(source\/\w+|\w+)/.exec(pointer) ?? [];
    const at = AT.get(
      index === undefined ? `entry.${pointer.slice(1).replaceAll('/', '.')}` : `item.${field?.replaceAll('/', '.')}`,
    );
    return at === undefined ? [] : [{ n: (index === undefined ? first : withItems[Number(index)])?.n ?? first.n, at, code }]; // prettier-ignore
  });
  return faults.length > 0 ? faults : [{ n: first.n, at: AT.get(`entry.${ABOUT[code] ?? 'name'}`)!, code }];
}
