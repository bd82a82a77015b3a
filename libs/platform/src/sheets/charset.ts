/** Encodings a sheet may have; what departments' own systems write is often the national one. */
export const CHARSETS = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
} as const;
export type Charset = (typeof CHARSETS)[keyof typeof CHARSETS];

/** What decoding writes where bytes are not of the encoding. */
export const NOT_DECODED = '\uFFFD';

/** Text of bytes as they come; what is not of the encoding reads as `NOT_DECODED`. */
export async function* decoded(chunks: AsyncIterable<Buffer>, charset: Charset): AsyncGenerator<string> {
  const decoder = new TextDecoder(charset, { ignoreBOM: true });
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/**
 * Which of the two encodings a sheet is in. UTF-8 is recognisable by its form: text of the other that has any character
 * beyond ASCII all but never passes for it. Reads all of it, since what gives it away may come late.
 */
export async function charsetOf(chunks: AsyncIterable<Buffer>): Promise<Charset> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks)
    try {
      decoder.decode(chunk, { stream: true });
    } catch {
      return 'gb18030';
    }
  try {
    decoder.decode();
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}
