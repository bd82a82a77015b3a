import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;

/** SHA-256, 32 bytes. */
export const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// RFC 6962 section 2.1: the first byte keeps a leaf from ever being taken for a node.
const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

export const leafHash = (entry: Uint8Array): Buffer => sha256(LEAF, entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);
/** Root of the tree without leaves. */
export const EMPTY_ROOT = sha256();

/** Root over a row of hashes by the rule of RFC 6962: the left part is the largest power of two below the whole. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (!first) return EMPTY_ROOT;
  if (hashes.length === 1) return first;
  const split = powerBelow(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** Joins subtrees that stand side by side, largest first, as the right edge of a tree does. */
export function joinPeaks(peaks: readonly Buffer[]): Buffer {
  const last = peaks.at(-1);
  if (!last) return EMPTY_ROOT;
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** Largest power of two smaller than `n`, for n > 1. Sizes go beyond 32 bits, so no bit operators. */
export function powerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** The powers of two that make up `n`, largest first. */
export function powersOf(n: number): number[] {
  const powers: number[] = [];
  let rest = n;
  while (rest > 0) {
    const power = powerBelow(rest + 1);
    powers.push(power);
    rest -= power;
  }
  return powers;
}
