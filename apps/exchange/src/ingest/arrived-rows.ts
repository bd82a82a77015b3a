import type { RawRow } from './splitters';

/** One row on its way in: where it stands (from 1), its text as it came, and what it says; undefined where it says nothing. */
export type ArrivedRow = Readonly<{
  n: number;
  bytes: number;
  text: string;
  row: unknown;
  /** Why it says nothing. */
  unreadable?: string;
}>;

/** Rows that are JSON texts. One that cannot be read is a bad row, not the end of its batch. */
export async function* jsonRows(raws: AsyncIterable<RawRow>): AsyncGenerator<ArrivedRow> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const { n, bytes } of raws) yield { n, bytes: bytes.length, ...read(bytes, decoder) };
}

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
