import { Refusal } from '@qiongtong/contracts';

/** One row as it came: where it stands (from 1) and its bytes. */
export type RawRow = Readonly<{ n: number; bytes: Buffer }>;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BLANK = new Set([0x20, 0x09, NEWLINE, RETURN]);

const tooLarge = (n: number) =>
  new Refusal('exchange.row_too_large', { errors: [{ pointer: `/${n}`, message: 'larger than one row may be' }] });

/**
 * Cuts NDJSON into lines, those of a chunk together; never holds more than one line and one chunk. Blank lines count but are
 * no rows.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, rowBytes: number): AsyncGenerator<RawRow[]> {
  let rest: Buffer[] = [];
  let size = 0;
  let n = 0;
  for await (const chunk of chunks) {
    const rows: RawRow[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      rest.push(chunk.subarray(from, at));
      size += at - from;
      from = at + 1;
      n++;
      if (size > rowBytes) throw tooLarge(n);
      if (!isBlank(rest)) rows.push({ n, bytes: joined(rest) });
      rest = [];
      size = 0;
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from));
      size += chunk.length - from;
      if (size > rowBytes) throw tooLarge(n + 1);
    }
    if (rows.length > 0) yield rows;
  }
  if (size > 0 && !isBlank(rest)) yield [{ n: n + 1, bytes: joined(rest) }];
}

/**
 * Cuts a JSON array into its elements without parsing it as a whole: follows only strings and brackets, so an element
 * that is no JSON is found when it is parsed. Refuses what is not one array.
 */
export async function* elementsOf(chunks: AsyncIterable<Buffer>, rowBytes: number): AsyncGenerator<RawRow[]> {
  let phase = 'before' as 'before' | 'inside' | 'after';
  let held: Buffer[] = [];
  let size = 0;
  let depth = 0;
  let quoted = false;
  let escaped = false;
  let n = 0;
  for await (const chunk of chunks) {
    const rows: RawRow[] = [];
    let from = 0;
    const cut = (until: number): void => {
      held.push(chunk.subarray(from, until));
      n++;
      if (isBlank(held)) throw new Refusal('request.malformed'); // `[,` or `[1,]`
      rows.push({ n, bytes: joined(held) });
      held = [];
      size = 0;
      from = until + 1;
    };
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (phase !== 'inside') {
        if (BLANK.has(byte)) continue;
        if (phase === 'after' || byte !== OPEN_LIST) throw new Refusal('request.malformed');
        phase = 'inside';
        from = i + 1;
        continue;
      }
      if (++size > rowBytes) throw tooLarge(n + 1);
      if (escaped) escaped = false;
      else if (quoted) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) quoted = false;
      } else if (byte === QUOTE) quoted = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
      else if (depth > 0) {
        if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
      } else if (byte === COMMA) cut(i);
      else if (byte === CLOSE_LIST) {
        const only = n === 0 && isBlank([...held, chunk.subarray(from, i)]);
        if (!only) cut(i);
        held = [];
        phase = 'after';
      } else if (byte === CLOSE_OBJECT) throw new Refusal('request.malformed');
    }
    if (phase === 'inside' && from < chunk.length) held.push(chunk.subarray(from));
    if (rows.length > 0) yield rows;
  }
  if (phase !== 'after') throw new Refusal('request.malformed');
}

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? parts[0]! : Buffer.concat(parts));
const isBlank = (parts: readonly Buffer[]): boolean => parts.every((part) => part.every((byte) => BLANK.has(byte)));
