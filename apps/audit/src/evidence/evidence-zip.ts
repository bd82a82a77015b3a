import { ZipFile } from 'yazl';
import type { File } from './domain/package';

/** The format has no time of its own: the same entries under the same checkpoint are the same bytes, anywhere. */
const NO_TIME = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compress: false, mode: 0o100644 } as const;

/** One ZIP, stored without compression; its verifier makes it again from its files and compares every byte. */
export function evidenceZip(files: readonly File[]): NodeJS.ReadableStream {
  const zip = new ZipFile();
  for (const { name, content } of files) zip.addBuffer(content, name, NO_TIME);
  zip.end();
  return zip.outputStream;
}
