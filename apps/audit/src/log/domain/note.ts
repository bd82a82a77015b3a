import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { TreeHead } from './proofs';

/** A checkpoint as a C2SP signed note: origin, size and root, an empty line, one Ed25519 signature line. */
export type Signer = Readonly<{
  /** Names the log; origin and key name are the same. No spaces, no plus sign. */
  origin: string;
  privateKey: KeyObject;
}>;
/** Key in the note's own notation: `<name>+<key hash, hex>+<base64 of 0x01 and the 32 bytes>`. */
export type VerifierKey = string;

const ED25519 = Buffer.of(0x01);
/** DER header of an Ed25519 public key (RFC 8410); the 32 bytes follow. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export const isKeyName = (name: string): boolean => /^[^\s+]{1,200}$/u.test(name);

export const noteText = (origin: string, head: TreeHead): string =>
  `${origin}\n${head.size}\n${head.root.toString('base64')}\n`;

export function signNote({ origin, privateKey }: Signer, head: TreeHead, extensions: readonly string[] = []): string {
  const text = noteText(origin, head) + extensions.map((line) => `${line}\n`).join('');
  const signature = sign(null, Buffer.from(text), privateKey);
  const line = Buffer.concat([keyHash(origin, rawPublicKey(privateKey)), signature]).toString('base64');
  return `${text}\n\u2014 ${origin} ${line}\n`;
}

export function verifierKey({ origin, privateKey }: Signer): VerifierKey {
  const raw = rawPublicKey(privateKey);
  const encoded = Buffer.concat([ED25519, raw]).toString('base64');
  return `${origin}+${keyHash(origin, raw).toString('hex')}+${encoded}`;
}

export const publicKeyPem = ({ privateKey }: Signer): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();

/** Opens a note with the key: the head it signs, or null when it is not a note of this key. */
export function openNote(note: string, key: VerifierKey): TreeHead | null {
  const parts = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(key);
  const opened = /^((.+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:.+\n)*)\n((?:\u2014 .+ .+\n)+)$/u.exec(note);
  if (!parts || !opened) return null;
  const [, name = '', , encoded = ''] = parts;
  const [, text = '', origin, size, root = '', signatures = ''] = opened;
  const raw = Buffer.from(encoded, 'base64').subarray(1);
  if (origin !== name || raw.length !== 32) return null;
  const publicKey = publicKeyOf(raw);
  const signed = signatures
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(2).split(' '))
    .filter(([signer]) => signer === name)
    .map(([, value = '']) => Buffer.from(value, 'base64'))
    .some(
      (bytes) =>
        bytes.subarray(0, 4).equals(keyHash(name, raw)) &&
        verify(null, Buffer.from(text), publicKey, bytes.subarray(4)),
    );
  return signed ? { size: Number(size), root: Buffer.from(root, 'base64') } : null;
}

/** First four bytes by which a signature line says whose it is; `type` is what the encoded key begins with. */
export const keyHash = (name: string, raw: Buffer, type: Uint8Array = ED25519): Buffer =>
  createHash('sha256').update(`${name}\n`).update(type).update(raw).digest().subarray(0, 4);

export const publicKeyOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });

/** What of a note is signed. */
export const signedText = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1);

const rawPublicKey = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(SPKI.length);
