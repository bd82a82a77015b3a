// What verify.mjs takes from `node:crypto`, for a browser: its own Web Crypto answers later, and has no SM3.
import { ed25519 } from '@noble/curves/ed25519';
import { sha256 } from '@noble/hashes/sha2';
import { sm3 } from './sm3.mjs';

const HASHES = { sha256, sm3 };

export function createHash(name) {
  const parts = [];
  const hash = {
    update(part) {
      parts.push(typeof part === 'string' ? Buffer.from(part, 'utf8') : part);
      return hash;
    },
    digest: (encoding) => {
      const bytes = Buffer.from(HASHES[name](Buffer.concat(parts)));
      return encoding ? bytes.toString(encoding) : bytes;
    },
  };
  return hash;
}

/** Of an Ed25519 key in DER: its 32 bytes are the last ones. */
export const createPublicKey = ({ key }) => key.subarray(-32);

export function verify(_algorithm, text, publicKey, signature) {
  try {
    return ed25519.verify(signature, text, publicKey, { zip215: false });
  } catch {
    return false; // no signature at all
  }
}
