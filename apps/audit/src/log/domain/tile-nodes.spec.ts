import fc from 'fast-check';
import { HASH_BYTES, rootOf, sha256 } from './hashing';
import { TileNodes } from './tile-nodes';
import { hashesIn, type NodeId } from './tiles';

const hashes = (width: number): Buffer =>
  Buffer.concat(Array.from({ length: width }, (_, i) => sha256(Buffer.from(`hash ${i}`))));

/** By its definition: the root over all hashes below it. */
const rootBelow = ({ level, index }: NodeId): Buffer => {
  const width = 2 ** (level % 8);
  const start = (index * width) % 256;
  return rootOf(hashesIn(hashes(256)).slice(start, start + width));
};
/** Any node of a tile that lies at some level of the tree. */
const aNode = fc
  .record({ tileLevel: fc.integer({ min: 0, max: 3 }), tile: fc.integer({ min: 0, max: 70_000 }), height: fc.integer({ min: 0, max: 7 }), at: fc.integer({ min: 0, max: 255 }) })
  .map(({ tileLevel, tile, height, at }): NodeId => ({ level: tileLevel * 8 + height, index: tile * 2 ** (8 - height) + (at >> height) })); // prettier-ignore

describe('[R14.9] nodes of a tile', () => {
  it('are those of its hashes, however often they are asked for and whatever it had before it grew', () => {
    fc.assert(
      fc.property(fc.array(aNode, { maxLength: 40 }), fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 256 }), (asked, a, b) => {
        const [narrow, wide] = [Math.min(a, b), Math.max(a, b)];
        const tile = new TileNodes();
        for (const width of [narrow, wide, narrow]) {
          tile.grow(hashes(width));
          for (const node of asked)
            if (tile.reaches(node)) expect(tile.hashOf(node)).toEqual(rootBelow(node));
            else expect(() => tile.hashOf(node)).toThrow('not in the tree yet');
        }
      }),
    ); // prettier-ignore
  });

  it('do not reach beyond its width', () => {
    const tile = new TileNodes().grow(hashes(3));
    expect(tile.hashOf({ level: 1, index: 0 })).toHaveLength(HASH_BYTES);
    expect(tile.reaches({ level: 1, index: 1 })).toBe(false);
    expect(() => tile.hashOf({ level: 1, index: 1 })).toThrow('node 1/1 is not in the tree yet');
  });
});
