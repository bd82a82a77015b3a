import { joinPeaks, nodeHash, powerBelow, powersOf } from './hashing';
import type { NodeId } from './tiles';

/** Leaves from `start` up to but without `end`: one subtree of a proof. */
export type Range = Readonly<{ start: number; end: number }>;

/** The subtrees whose roots prove that leaf `index` is in a tree of `size` leaves, leaf side first (RFC 6962, 2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + powerBelow(end - start);
    if (index < middle) {
      ranges.unshift({ start: middle, end });
      end = middle;
    } else {
      ranges.unshift({ start, end: middle });
      start = middle;
    }
  }
  return ranges;
}

/** The subtrees whose roots prove that the first `from` of `to` leaves are unchanged (RFC 6962, 2.1.2). */
export function consistencyRanges(from: number, to: number): Range[] {
  if (from === 0 || from === to) return [];
  const ranges: Range[] = [];
  let start = 0;
  let end = to;
  let whole = true; // the old tree is this subtree, whose root the verifier has
  while (from !== end) {
    const middle = start + powerBelow(end - start);
    if (from <= middle) {
      ranges.unshift({ start: middle, end });
      end = middle;
    } else {
      ranges.unshift({ start, end: middle });
      start = middle;
      whole = false;
    }
  }
  return whole ? ranges : [{ start, end }, ...ranges];
}

/** The complete subtrees that make up a range of a proof, left to right. */
export function nodesOf({ start, end }: Range): NodeId[] {
  let at = start;
  return powersOf(end - start).map((width) => {
    const node = { level: Math.round(Math.log2(width)), index: at / width };
    at += width;
    return node;
  });
}

export const rangeRoot = (range: Range, hashOf: (node: NodeId) => Buffer): Buffer =>
  joinPeaks(nodesOf(range).map(hashOf));

/** Root that an inclusion proof leads to, or null when its length cannot be right (RFC 9162, 2.1.3.2). */
export function rootFromInclusion(leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer | null {
  if (index < 0 || index >= size) return null;
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== proof.length) return null;
  return proof.reduce((hash, sibling, i) => {
    const isLeft = (ranges[i] as Range).start < index;
    return isLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }, leaf);
}

export function verifyInclusion(
  claim: Readonly<{ leaf: Buffer; index: number; size: number; root: Buffer }>,
  proof: readonly Buffer[],
): boolean {
  return rootFromInclusion(claim.leaf, claim.index, claim.size, proof)?.equals(claim.root) ?? false;
}

export type TreeHead = Readonly<{ size: number; root: Buffer }>;

/** Whether `newer` extends `older` without a change. An empty older tree is extended by any. */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Buffer[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0;

  // Bits of the last leaf of the old tree: where it stands to the right, the sibling belongs to both trees.
  let oldEdge = older.size - 1;
  let newEdge = newer.size - 1;
  while (oldEdge % 2 === 1) [oldEdge, newEdge] = [Math.floor(oldEdge / 2), Math.floor(newEdge / 2)];
  const rest = [...proof];
  const seed = oldEdge > 0 ? rest.shift() : older.root;
  if (!seed) return false;
  let oldRoot = seed;
  let newRoot = seed;
  for (const sibling of rest) {
    if (newEdge === 0) return false;
    if (oldEdge % 2 === 1 || oldEdge === newEdge) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (oldEdge % 2 === 0 && oldEdge > 0) [oldEdge, newEdge] = [oldEdge / 2, Math.floor(newEdge / 2)];
    } else newRoot = nodeHash(newRoot, sibling);
    oldEdge = Math.floor(oldEdge / 2);
    newEdge = Math.floor(newEdge / 2);
  }
  return newEdge === 0 && oldRoot.equals(older.root) && newRoot.equals(newer.root);
}
