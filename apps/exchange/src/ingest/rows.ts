import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { recordKeyOf, Refusal, type Item, type ResourceState } from '@qiongtong/contracts';
import { deleteSchemaOf, expectationOf, keyItemsOf, upsertSchemaOf } from './domain/row-schema';

export type Operation = 'upsert' | 'delete';
export type RowError = Readonly<{ pointer: string; message: string }>;

/** A row that may be stored: its key, and its values as JSON text; null deletes. */
export type GoodRow = Readonly<{ key: string; payload: string | null }>;
export type BadRow = Readonly<{ errors: readonly RowError[] }>;

/** Room for a key in an index page of the database. */
const KEY_BYTES = 1_500;
const ERRORS_PER_ROW = 10;

type Row = Record<string, string | number | boolean | null>;

/** Reads rows of one version of one entry. */
export class RowReader {
  private readonly validators: Readonly<Record<Operation, ValidateFunction<Row>>>;
  private readonly items: ReadonlyMap<string, Item>;
  private readonly keys: readonly Item[];

  constructor(resource: Pick<ResourceState, 'id' | 'items'>) {
    this.keys = keyItemsOf(resource.items);
    if (this.keys.length === 0) throw new Refusal('exchange.resource_without_key', { about: [resource.id] });
    this.items = new Map(resource.items.map((item) => [item.code, item]));
    const ajv = new Ajv({ allErrors: true, strict: false });
    addFormats.default(ajv);
    this.validators = {
      upsert: ajv.compile<Row>(upsertSchemaOf(resource.items)),
      delete: ajv.compile<Row>(deleteSchemaOf(resource.items)),
    };
  }

  /** @param plain the row's JSON as it came, where nothing in it is escaped and it is one line: most are kept so */
  read(row: unknown, operation: Operation, plain?: string): GoodRow | BadRow {
    const valid = this.validators[operation];
    if (!valid(row)) return { errors: this.errorsOf(valid.errors ?? []) };
    let nulls = false;
    let numbers = false;
    for (const code in row) {
      const value = row[code]!;
      if (value === null) nulls = true;
      else if (typeof value === 'number') numbers = true;
      else if (plain === undefined && typeof value === 'string' && !storable(value))
        return { errors: [{ pointer: `/${code}`, message: 'has characters that no text may have' }] };
    }
    const key = recordKeyOf(this.keys.map((item) => String(row[item.code])));
    if (key.length > KEY_BYTES) return { errors: [{ pointer: '', message: 'its key is too long' }] };
    if (operation === 'delete') return { key, payload: null };
    // One number can be written in many ways; a text, without escapes, in one.
    if (plain !== undefined && !nulls && !numbers) return { key, payload: plain };
    return { key, payload: JSON.stringify(nulls ? withoutNulls(row) : row) };
  }

  private errorsOf(errors: readonly ErrorObject[]): RowError[] {
    const byPointer = new Map<string, RowError>();
    for (const error of errors) {
      const told = this.errorOf(error);
      if (!byPointer.has(told.pointer)) byPointer.set(told.pointer, told);
      if (byPointer.size === ERRORS_PER_ROW) break;
    }
    return [...byPointer.values()];
  }

  private errorOf(error: ErrorObject): RowError {
    if (error.keyword === 'required') return { pointer: `/${error.params['missingProperty']}`, message: 'is missing' };
    if (error.keyword === 'additionalProperties')
      return { pointer: `/${String(error.params['additionalProperty']).slice(0, 64)}`, message: 'is no item here' };
    const code = error.instancePath.slice(1);
    const item = this.items.get(code);
    return { pointer: error.instancePath, message: item ? expectationOf(item) : 'expected an object' };
  }
}

/** Absent and null are one thing. */
const withoutNulls = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

/** A NUL or half a surrogate pair is JSON, by an escape, but no text that the database can hold. */
const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Compiled readers, kept as long as their entry's version is current. */
export class RowReaders {
  private readonly readers = new Map<string, { version: number; reader: RowReader }>();

  of(resource: ResourceState): RowReader {
    const known = this.readers.get(resource.id);
    if (known?.version === resource.version) return known.reader;
    const reader = new RowReader(resource);
    this.readers.set(resource.id, { version: resource.version, reader });
    return reader;
  }
}
