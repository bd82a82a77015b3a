import { verify, type KeyObject } from 'node:crypto';
import { isKeyName, keyHash, publicKeyOf, signedText } from './note';

/** Whoever says, under a key of their own, which past of the log they have seen (C2SP tlog-cosignature, tlog-witness). */
export type Witness = Readonly<{ name: string; key: string; hash: Buffer; publicKey: KeyObject; url: string }>;
/** A line of a note by a witness, and when they say they have signed it. */
export type Cosignature = Readonly<{ line: string; at: Date }>;

const COSIGNATURE_V1 = 0x04;
const MAX_LINE = 1_000;

/**
 * Witnesses of a file, one a line: key as `<name>+<key hash>+<base64 of 0x04 and the 32 bytes>`, and where it is
 * asked. Empty lines and what follows a `#` are left out.
 *
 * @throws Error that names the line
 */
export function parseWitnesses(text: string): Witness[] {
  const witnesses = text.split('\n').flatMap((line, i) => {
    const [key, url, ...more] = line.replace(/(^|\s)#.*$/, '').split(/\s+/).filter((part) => part !== ''); // prettier-ignore
    if (key === undefined) return [];
    const parts = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(key);
    const [, name = '', hash = '', encoded = ''] = parts ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    const raw = bytes.subarray(1);
    if (!isKeyName(name) || bytes[0] !== COSIGNATURE_V1 || raw.length !== 32)
      throw new Error(`line ${i + 1} has no key of a witness`);
    if (keyHash(name, raw, Buffer.of(COSIGNATURE_V1)).toString('hex') !== hash)
      throw new Error(`line ${i + 1}: the key does not match the hash it carries`);
    if (!url || !/^https?:$/.test(URL.parse(url)?.protocol ?? '') || more.length > 0)
      throw new Error(`line ${i + 1} has no address of a witness`);
    return [{ name, key, hash: Buffer.from(hash, 'hex'), publicKey: publicKeyOf(raw), url: url.replace(/\/$/, '') }];
  });
  if (new Set(witnesses.map(({ name }) => name)).size < witnesses.length) throw new Error('a witness is named twice');
  return witnesses;
}

/** The line among those answered that is this witness's of this note; null where none holds. */
export function cosignatureOf({ name, hash, publicKey }: Witness, note: string, answer: string): Cosignature | null {
  for (const line of answer.split('\n')) {
    if (line.length > MAX_LINE || !line.startsWith(`\u2014 ${name} `)) continue;
    const bytes = Buffer.from(line.slice(name.length + 3), 'base64');
    if (bytes.length !== 4 + 8 + 64 || !bytes.subarray(0, 4).equals(hash)) continue;
    const seconds = bytes.readBigUInt64BE(4);
    const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${signedText(note)}`);
    if (verify(null, message, publicKey, bytes.subarray(12))) return { line, at: new Date(Number(seconds) * 1000) };
  }
  return null;
}
