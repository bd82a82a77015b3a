import fc from 'fast-check';
import { EMPTY_ROOT, leafHash, rootOf, sha256 } from './hashing';
import {
  consistencyRanges,
  inclusionRanges,
  rangeRoot,
  verifyConsistency,
  verifyInclusion,
  type Range,
  type TreeHead,
} from './proofs';
import { TileNodes } from './tile-nodes';
import {
  append,
  EMPTY_FRONTIER,
  frontierFrom,
  frontierTiles,
  hashesIn,
  rootOfFrontier,
  tileOf,
  type Frontier,
  type NodeId,
  type Tile,
} from './tiles';

// The reference leaves and roots of the Certificate Transparency implementations.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const referenceLeaves = LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')));

/** The log as it is stored: tiles by id. */
class Tiles {
  frontier: Frontier = EMPTY_FRONTIER;
  readonly stored = new Map<string, Tile>();
  constructor(...batches: readonly (readonly Buffer[])[]) {
    for (const batch of batches) this.append(batch);
  }
  append(leaves: readonly Buffer[]): void {
    const { frontier, written } = append(this.frontier, leaves);
    for (const tile of written) this.stored.set(`${tile.level}/${tile.index}`, tile);
    this.frontier = frontier;
  }
  readonly hashOf = (node: NodeId): Buffer => {
    const { level, index } = tileOf(node);
    return new TileNodes().grow(this.stored.get(`${level}/${index}`)?.hashes ?? Buffer.alloc(0)).hashOf(node);
  };
  proof(ranges: readonly Range[]): Buffer[] {
    return ranges.map((range) => rangeRoot(range, this.hashOf));
  }
  get root(): Buffer {
    return rootOfFrontier(this.frontier);
  }
}
const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`e${i}`)));
const headOf = (leaves: readonly Buffer[], size = leaves.length): TreeHead => ({
  size,
  root: rootOf(leaves.slice(0, size)),
});

describe('the tree of the log [R14.9]', () => {
  it('has the root of RFC 6962 when empty', () => {
    expect(rootOfFrontier(EMPTY_FRONTIER).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(rootOfFrontier(EMPTY_FRONTIER)).toEqual(EMPTY_ROOT);
  });

  it.each(ROOTS.map((root, i) => [i + 1, root]))('has the published root of %d reference leaves', (size, root) => {
    const tiles = new Tiles(referenceLeaves.slice(0, Number(size)));
    expect(tiles.root.toString('hex')).toBe(root);
  });

  it('gives the published inclusion proof of leaf 0 in 8', () => {
    expect(new Tiles(referenceLeaves).proof(inclusionRanges(0, 8)).map((h) => h.toString('hex'))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
  });

  it('gives the published consistency proof from 6 to 8', () => {
    expect(new Tiles(referenceLeaves).proof(consistencyRanges(6, 8)).map((h) => h.toString('hex'))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('proves every leaf, and every older tree, of every size up to 40', () => {
    const all = leavesOf(40);
    const tiles = new Tiles(all);
    for (let size = 1; size <= all.length; size += 1) {
      const head = headOf(all, size);
      for (let index = 0; index < size; index += 1) {
        const claim = { leaf: all[index] as Buffer, index, ...head };
        expect(verifyInclusion(claim, tiles.proof(inclusionRanges(index, size)))).toBe(true);
      }
      for (let from = 0; from <= size; from += 1)
        expect(verifyConsistency(headOf(all, from), head, tiles.proof(consistencyRanges(from, size)))).toBe(true);
    }
  });

  it('keeps full tiles for ever and only lets the last one of a level grow', () => {
    const all = leavesOf(256 * 256 + 300);
    const tiles = new Tiles(all.slice(0, 200), all.slice(200, 70), all.slice(200));
    expect(tiles.root).toEqual(rootOf(all));
    expect(tiles.stored.get('2/0')?.hashes.length).toBe(32);
    expect(hashesIn(tiles.stored.get('1/0')?.hashes ?? Buffer.alloc(0))).toHaveLength(256);
    const claim = { leaf: all[65_537] as Buffer, index: 65_537, ...headOf(all) };
    expect(verifyInclusion(claim, tiles.proof(inclusionRanges(65_537, all.length)))).toBe(true);
  });

  it('does not continue from a stored tile that lost a hash', () => {
    const { frontier, written } = append(EMPTY_FRONTIER, leavesOf(300));
    const damaged = written.map((t) => (t.index === 1 ? { ...t, hashes: t.hashes.subarray(32) } : t));
    expect(() => frontierFrom(frontier.size, damaged)).toThrow('tile 0/1 does not hold the 44 hashes');
  });
});

describe('laws of the tree [R14.9]', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 6 });

  it('has one root however the leaves are cut into batches, also when read back from its tiles', () => {
    fc.assert(
      fc.property(sizes, (cuts) => {
        const all = leavesOf(cuts.reduce((a, b) => a + b, 0));
        const tiles = new Tiles();
        let at = 0;
        for (const cut of cuts) {
          const ids = frontierTiles(tiles.frontier.size).map(({ level, index }) => `${level}/${index}`);
          const stored = ids.map((id) => tiles.stored.get(id) as Tile);
          tiles.frontier = frontierFrom(tiles.frontier.size, stored);
          tiles.append(all.slice(at, at + cut));
          at += cut;
        }
        expect(tiles.root).toEqual(rootOf(all));
      }),
      { numRuns: 40 },
    );
  });

  it('is consistent from any prefix to any extension', () => {
    fc.assert(
      fc.property(fc.nat(700), fc.nat(700), (older, more) => {
        const all = leavesOf(older + more);
        const proof = new Tiles(all).proof(consistencyRanges(older, all.length));
        expect(verifyConsistency(headOf(all, older), headOf(all), proof)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('is not consistent after any change of the past', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), fc.nat(), (older, more, where) => {
        const all = leavesOf(older + more);
        const changed = all.with(where % older, sha256(Buffer.from('other')));
        const proof = new Tiles(changed).proof(consistencyRanges(older, all.length));
        expect(verifyConsistency(headOf(all, older), headOf(changed), proof)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('proves no other leaf, index, size or root, and no proof with a byte changed, a hash more or less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), fc.nat(31), (size, where, which, byte) => {
        const all = leavesOf(size);
        const index = where % size;
        const claim = { leaf: all[index] as Buffer, index, ...headOf(all) };
        const proof = new Tiles(all).proof(inclusionRanges(index, size));
        const flipped = Buffer.from(proof[which % proof.length] as Buffer);
        flipped[byte] = (flipped[byte] ?? 0) ^ 1;
        expect(verifyInclusion(claim, proof)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: sha256() }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1) % size }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, size: index }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, root: sha256() }, proof)).toBe(false);
        expect(verifyInclusion(claim, proof.with(which % proof.length, flipped))).toBe(false);
        expect(verifyInclusion(claim, [...proof, sha256()])).toBe(false);
        expect(verifyInclusion(claim, proof.slice(1))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
