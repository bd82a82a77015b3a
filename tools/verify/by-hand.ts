import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Exports, folders and checkpoints are made here by hand, so that the command is tested against the formats and not
// against the service's code.
export const ORIGIN = 'qiongtong/test';

export const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
export const leafOf = (entry: string): Buffer => sha256(Buffer.of(0), entry);
const nodeOf = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);
const splitOf = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);

/** RFC 6962, 2.1, as it is written there. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length <= 1) return hashes[0] ?? sha256();
  const split = splitOf(hashes.length);
  return nodeOf(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** PATH of RFC 6962, 2.1.1. */
export function pathOf(index: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length <= 1) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split ? [...pathOf(index, left), rootOf(right)] : [...pathOf(index - split, right), rootOf(left)];
}

/** PROOF of RFC 6962, 2.1.2: that the first `size` of these are unchanged. */
export const proofOf = (size: number, hashes: readonly Buffer[]): Buffer[] =>
  size === 0 ? [] : subproof(size, hashes, true);
function subproof(size: number, hashes: readonly Buffer[], whole: boolean): Buffer[] {
  if (size === hashes.length) return whole ? [] : [rootOf(hashes)];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return size <= split
    ? [...subproof(size, left, whole), rootOf(right)]
    : [...subproof(size - split, right, false), rootOf(left)];
}

export type Key = Readonly<{ text: string; note: (hashes: readonly Buffer[]) => string }>;
export function aKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.of(1), publicKey.export({ type: 'spki', format: 'der' }).subarray(12)]);
  const id = sha256(`${ORIGIN}\n`, raw).subarray(0, 4);
  return {
    text: `${ORIGIN}+${id.toString('hex')}+${raw.toString('base64')}`,
    note: (hashes) => {
      const text = `${ORIGIN}\n${hashes.length}\n${rootOf(hashes).toString('base64')}\n`;
      const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]);
      return `${text}\n\u2014 ${ORIGIN} ${signature.toString('base64')}\n`;
    },
  };
}

export type Witness = Readonly<{ text: string; line: (note: string, at: Date) => string }>;
/** Signs as C2SP tlog-cosignature has it. */
export function aWitness(name: string): Witness {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.of(4), publicKey.export({ type: 'spki', format: 'der' }).subarray(12)]);
  const id = sha256(`${name}\n`, raw).subarray(0, 4);
  return {
    text: `${name}+${id.toString('hex')}+${raw.toString('base64')}`,
    line: (note, at) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 1000)));
      const message = `cosignature/v1\ntime ${time.readBigUInt64BE()}\n${note.slice(0, note.indexOf('\n\n') + 1)}`;
      const signature = sign(null, Buffer.from(message), privateKey);
      return `\u2014 ${name} ${Buffer.concat([id, time, signature]).toString('base64')}\n`;
    },
  };
}

export const lineOf = (entry: string, index: number): string =>
  JSON.stringify({ index, leafHash: leafOf(entry).toString('base64'), entry });
export const headerOf = (key: Key, checkpoint: string, origin = ORIGIN): string =>
  JSON.stringify({ origin, publicKey: key.text, checkpoint });
export const exportOf = (key: Key, entries: readonly string[], checkpoint = key.note(entries.map(leafOf))): string =>
  `${[headerOf(key, checkpoint), ...entries.map(lineOf)].join('\n')}\n`;

const TILE = 256;
/** The files of a log of fewer than 65,536 entries by C2SP tlog-tiles. */
export function filesOf(key: Key, entries: readonly string[]): Map<string, Buffer> {
  const files = new Map([['checkpoint', Buffer.from(key.note(entries.map(leafOf)))]]);
  const place = (index: number, width: number): string =>
    `${String(index).padStart(3, '0')}${width < TILE ? `.p/${width}` : ''}`;
  const roots: Buffer[] = [];
  for (let index = 0; index * TILE < entries.length; index += 1) {
    const part = entries.slice(index * TILE, (index + 1) * TILE);
    const bundle = part.map((entry) => {
      const bytes = Buffer.from(entry);
      return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]);
    });
    files.set(`tile/entries/${place(index, part.length)}`, Buffer.concat(bundle));
    files.set(`tile/0/${place(index, part.length)}`, Buffer.concat(part.map(leafOf)));
    if (part.length === TILE) roots.push(rootOf(part.map(leafOf)));
  }
  if (roots.length > 0) files.set(`tile/1/${place(0, roots.length)}`, Buffer.concat(roots));
  return files;
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
