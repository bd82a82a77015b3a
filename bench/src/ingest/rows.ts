import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { recordKeyOf } from '@qiongtong/contracts';
import { anItem } from '@qiongtong/testing';

const TEXTS = ['entName', 'address', 'legalPerson', 'scope', 'remark'];
export const ITEMS = [
  anItem({ code: 'uscc', length: '18', key: true, required: true }),
  ...TEXTS.map((code) => anItem({ code, length: '200' })),
  anItem({ code: 'approvedOn', type: 'D', length: undefined }),
  anItem({ code: 'capital', type: 'N', length: '12.2' }),
];

export const keyOf = (n: number): string => `91460000${String(n).padStart(10, '0')}`;
export const recordKey = (n: number): string => recordKeyOf([keyOf(n)]);

/** About 500 bytes of JSON. */
export const rowOf = (n: number): string =>
  JSON.stringify({
    uscc: keyOf(n),
    entName: `海南第${n}号商贸有限公司`,
    address: `海南省海口市龙华区滨海大道${n % 997}号`,
    legalPerson: `王小明${n % 89}`,
    scope: `预包装食品销售 ${'货物进出口 '.repeat(5)}`,
    remark: `${n} ${'x'.repeat(140)}`,
    approvedOn: `20${String(10 + (n % 15))}-0${1 + (n % 9)}-1${n % 10}`,
    capital: `${100 + (n % 9_000)}.50`,
  });

/** The same rows in both forms: lines of JSON for a batch, and key and JSON in the text form of COPY. */
export type RowFiles = Readonly<{ rows: number; bytes: number; lines: string; copy: string }>;

export async function writeRowFiles(folder: string, rows: number): Promise<RowFiles> {
  const lines = join(folder, `${rows}.ndjson`);
  const copy = join(folder, `${rows}.copy`);
  const files = [createWriteStream(lines), createWriteStream(copy)] as const;
  let bytes = 0;
  for (let from = 0; from < rows; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, rows - from) }, (_, i) => rowOf(from + i));
    const texts = [some.join('\n') + '\n', some.map((row, i) => `${recordKey(from + i)}\t${row}\n`).join('')];
    bytes += Buffer.byteLength(texts[0]!);
    for (const [i, file] of files.entries()) if (!file.write(texts[i]!)) await once(file, 'drain');
  }
  for (const file of files) await once(file.end(), 'finish');
  return { rows, bytes, lines, copy };
}

export const readFrom = (path: string) => createReadStream(path, { highWaterMark: 256 * 1024 });
