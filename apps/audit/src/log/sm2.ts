import { sm2 } from 'sm-crypto-v2';
import { keyHash, noteText, type VerifierKey } from './domain/note';
import type { TreeHead } from './domain/proofs';

/**
 * Second signature line of a checkpoint, by SM2 with SM3 (GB/T 32918.2): r and s, 32 bytes each. C2SP has no byte of its
 * own for it, so its type is 0xff followed by a name that nobody else uses; who does not know it passes over the line.
 */
export const SM2_TYPE = Buffer.concat([Buffer.of(0xff), Buffer.from('qiongtong/sm2-sm3/v1')]);

/** Private key as 64 hexadecimal digits. */
export type Sm2Signer = Readonly<{ origin: string; privateKey: string }>;

/** OID 1.2.156.10197.1.301, by which a key in PKCS #8 (RFC 5208) says that it is on the curve of SM2. */
const CURVE = Buffer.from('06082a811ccf5501822d', 'hex');
/** Version 1 and the private key of RFC 5915: an octet string of 32 bytes. */
const PRIVATE_KEY = Buffer.from('0201010420', 'hex');

/** Private key of a PEM file as `openssl genpkey -algorithm SM2` writes it; null when it holds none. */
export function sm2PrivateKey(pem: string): string | null {
  const [, body = ''] = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(pem) ?? [];
  const der = Buffer.from(body, 'base64');
  const curve = der.indexOf(CURVE);
  const at = curve < 0 ? -1 : der.indexOf(PRIVATE_KEY, curve);
  const key = at < 0 ? Buffer.alloc(0) : der.subarray(at + PRIVATE_KEY.length, at + PRIVATE_KEY.length + 32);
  return key.length === 32 ? key.toString('hex') : null;
}

/** `<name>+<key hash, hex>+<base64 of the type and the point, uncompressed>`. */
export function sm2VerifierKey({ origin, privateKey }: Sm2Signer): VerifierKey {
  const point = pointOf(privateKey);
  return `${origin}+${hashOf(origin, point).toString('hex')}+${Buffer.concat([SM2_TYPE, point]).toString('base64')}`;
}

/** The line under the text of a note, line feed included. The identity of the signer is the usual 1234567812345678. */
export function sm2Line({ origin, privateKey }: Sm2Signer, head: TreeHead): string {
  const point = pointOf(privateKey);
  const signature = sm2.doSignature(Buffer.from(noteText(origin, head)), privateKey, {
    hash: true,
    publicKey: point.toString('hex'),
  });
  const bytes = Buffer.concat([hashOf(origin, point), Buffer.from(signature, 'hex')]);
  return `\u2014 ${origin} ${bytes.toString('base64')}\n`;
}

const pointOf = (privateKey: string): Buffer => Buffer.from(sm2.getPublicKeyFromPrivateKey(privateKey), 'hex');
const hashOf = (origin: string, point: Buffer): Buffer => keyHash(origin, point, SM2_TYPE);
