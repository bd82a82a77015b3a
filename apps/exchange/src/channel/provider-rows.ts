import { Refusal, type ResourceState, type RowFilter } from '@qiongtong/contracts';
import { matchesRowFilter } from '@qiongtong/regulation';
import { RowReader } from '../ingest/rows';

export type ProviderRow = Readonly<{ key: string; values: Readonly<Record<string, unknown>> }>;

const invalid = (message: string, pointer = '') =>
  new Refusal('channel.answer_invalid', { errors: [{ pointer, message }] });

/** Compiled readers of an entry as it stands, by the items they read; a few, since callers choose the items. */
const readers = new WeakMap<ResourceState, Map<string, RowReader>>();
const MOST_READERS = 64;

function readerOf(resource: ResourceState, fields: readonly string[]): RowReader {
  let known = readers.get(resource);
  if (!known) readers.set(resource, (known = new Map()));
  const name = fields.join(' ');
  let reader = known.get(name);
  if (!reader) {
    if (known.size >= MOST_READERS) known.clear();
    const items = resource.items.filter(({ code }) => fields.includes(code));
    known.set(name, (reader = new RowReader({ id: resource.id, items })));
  }
  return reader;
}

/** Reads the rows of one answer: nothing that was not asked for, every value of its type, and only rows that are granted. */
export class ProviderRows {
  private readonly reader: RowReader;
  /** Rows that the provider sent although the filters exclude them; they stay here. */
  beyond = 0;
  private read = 0;

  /** @param most rows the provider may send; null for any number */
  constructor(
    private readonly resource: ResourceState,
    private readonly fields: readonly string[],
    private readonly filters: readonly RowFilter[],
    private readonly most: number | null,
  ) {
    this.reader = readerOf(resource, fields);
  }

  /** null for a row that does not leave. Refuses `channel.answer_invalid`, which tells where and never what. */
  of(row: unknown): ProviderRow | null {
    this.read++;
    if (this.most !== null && this.read > this.most) throw invalid('more rows than were asked for');
    const found = this.reader.read(row, 'upsert');
    if ('errors' in found) {
      // A name that is no item is the provider's text as much as a value is, and goes no further.
      const errors = found.errors.map(({ pointer, message }) => {
        const known = this.fields.includes(pointer.slice(1));
        return { pointer: `/${this.read}${known ? pointer : ''}`, message };
      });
      throw new Refusal('channel.answer_invalid', { errors });
    }
    const values = row as Record<string, unknown>;
    if (this.filters.every((filter) => matchesRowFilter(filter, values, this.resource.items)))
      return { key: found.key, values };
    this.beyond++;
    return null;
  }

  ofLine(line: Buffer): ProviderRow | null {
    return this.of(parsed(line));
  }
}

/** A page `{items, next}` as the contract has it. */
export function pageOf(text: Buffer): { items: readonly unknown[]; next: string | null } {
  const page = parsed(text);
  if (typeof page !== 'object' || page === null) throw invalid('a page is an object');
  const { items, next, ...others } = page as Record<string, unknown>;
  if (!Array.isArray(items) || Object.keys(others).length > 0) throw invalid('a page has items and next');
  if (next !== null && (typeof next !== 'string' || next === '' || next.length > 2_048))
    throw invalid('next is text of at most 2048 characters, or null', '/next');
  return { items, next };
}

/** One for all: each holds memory that the collector does not see. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(text)) as unknown;
  } catch {
    throw invalid('not JSON in UTF-8');
  }
}
