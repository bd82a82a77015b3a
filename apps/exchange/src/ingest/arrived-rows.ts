import type { RawRow } from './splitters';

/** One row on its way in: where it stands (from 1), its text as it came, and what it says; undefined where it says nothing. */
export type ArrivedRow = Readonly<{
  n: number;
  bytes: number;
  text: string;
  row: unknown;
  /** Its text is the JSON of the row, in one line and without escapes: it means what it says. */
  plain?: boolean;
  /** Why it says nothing. */
  unreadable?: string;
}>;

/** Rows that are JSON texts. One that cannot be read is a bad row, not the end of its batch. */
export async function* jsonRows(chunks: AsyncIterable<RawRow[]>): AsyncGenerator<ArrivedRow[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const raws of chunks)
    yield raws.map(({ n, bytes }) => {
      const { text, row, unreadable } = read(bytes, decoder);
      return { n, bytes: bytes.length, text, row, unreadable, plain: isPlain(text) };
    });
}

export const isPlain = (json: string): boolean => !json.includes('\\') && !json.includes('\n');

function read(
  bytes: Buffer,
  decoder: InstanceType<typeof TextDecoder>,
): Pick<ArrivedRow, 'text' | 'row' | 'unreadable'> {
  try {
    const text = decoder.decode(bytes);
    return { text, row: JSON.parse(text) as unknown };
  } catch {
    return { text: bytes.toString('utf8'), row: undefined, unreadable: 'is not JSON' };
  }
}
