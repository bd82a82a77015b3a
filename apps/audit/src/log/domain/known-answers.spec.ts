import { leafHash } from './hashing';
import {
  consistencyRanges,
  inclusionRanges,
  rangeRoot,
  verifyConsistency,
  verifyInclusion,
  type Range,
} from './proofs';
import { TileNodes } from './tile-nodes';
import { append, EMPTY_FRONTIER, rootOfFrontier, tileOf, type NodeId, type Tile } from './tiles';

// Roots of the leaves e0, e1, … worked out by another program, in another language, from the text of RFC 6962 alone.
const ROOTS: readonly (readonly [size: number, root: string])[] = [
  [9, '3caad1cf9eea3cb9ff7a99bd15367c58b963d6cd86d274a4ee761a1ec6d97680'],
  [15, 'a081750c1904355bd8dd88624e70721a7b6a9145c42daac269d984ff2f4e4793'],
  [16, 'df29aefd25f9eb0ea5eea5e9b1e2ace23710da5a7400a312d609c80ff15f18a8'],
  [17, '2bea9c5268fcf7cf7a69fb7fae71ca14df594684ce025afd0f4a615fbd8110c6'],
  [31, '742d1344c7394842f7dfc2d41825f1b0a3df970f8b7098ae61ae13d717da6cc0'],
  [33, '01c38b192a9e4ad8351e7113949bff1f356fbc51409a79c9a91633ed1fceff85'],
  [64, 'b04433589c520c9278f58f41c12831606b2e8c89eec70df9bdb977a2f8032e4b'],
  [100, '3d79c0a6b3f26393152a918633f76d8daad0517a2fde5c4bc63ca005c3fd3a9f'],
  [127, 'ccff7dc0ad165a3641966b2cdd6a8728230833726c09ac791ccc40cc26d851a5'],
  [255, 'b23c7004b67ec336879a26f5ddad90ec133915a66a4bf796e2e386ec730da79b'],
  [256, 'c8a6d09bae91bba76bb1f5b479e38dbdf65495dec4479142d701fd371410efc9'],
  [257, 'b6b1f876c5e87dc05434d1d79e06b1ef571cee11133aa58acf5cd2194174c50f'],
  [511, '51689c70537cefb60e2da67024b9a0c24c865ecd7b685406368422ccab7b7f5a'],
  [512, '2c15e2697e744df0e7391528fe46869e2777cdd3b07943948d36f58cb6f255c4'],
  [513, 'd340877360eff5e509c2231ea200e328f7cc48002fe60a438e2d3f4b2f6c3393'],
  [1000, 'bbe4201d0354b44bfcc7c75ca7bf08804f585c7d1f8f39612345574936b9ef65'],
  [1025, 'c3f8a24b64c3c407d7f290367631c4304fef61c46871a4320791f2a5fc4148de'],
  [4095, 'ead693e99fff43865c211081fa4173af9a2f552afeb97b72b5aae628e56489a2'],
  [4097, 'f8ec0acff72cc891605e6c68c74eaf836131763f684e128933918789d1b3fec4'],
  [10000, '37485caa496ac86e7f18fb86503e8d6e8e0f40a348d6d56966ad18171bfb43b3'],
  [65535, '84f816d714090aa39c7f8193c187d4082f396c40d21e8b0f6d92d37561710fdf'],
  [65536, '63b15ee499bd182bcf5f62d2288039eec96a7c9e1d26323a932b113c3bb3c6c6'],
  [65537, 'ebd3119bfdfe75a14c51d2cec2b7a09426ff40456e437ff4bf61643440e0d899'],
  [66047, 'c465b7dded81f50645377fea7fefdfe5c7d4abec8962f37687fa2a321c665358'],
];
/** The leaves of the Certificate Transparency implementations, and the proofs that those publish. */
const REFERENCE = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const [A, B, C, D, E, F, G, H] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
];
const FIRST = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';

class Log {
  private readonly tiles = new Map<string, Tile>();
  private frontier = EMPTY_FRONTIER;
  readonly leaves: Buffer[] = [];

  grow(leaves: readonly Buffer[]): Buffer {
    const { frontier, written } = append(this.frontier, leaves);
    for (const tile of written) this.tiles.set(`${tile.level}/${tile.index}`, tile);
    this.frontier = frontier;
    this.leaves.push(...leaves);
    return rootOfFrontier(frontier);
  }
  proof(ranges: readonly Range[]): Buffer[] {
    return ranges.map((range) => rangeRoot(range, (node) => this.hashOf(node)));
  }
  private hashOf(node: NodeId): Buffer {
    const { level, index } = tileOf(node);
    return new TileNodes().grow(this.tiles.get(`${level}/${index}`)!.hashes).hashOf(node);
  }
}

describe('known answers of RFC 6962 [R14.9]', () => {
  const log = new Log();
  const known: { size: number; root: Buffer }[] = [];

  it.each(ROOTS)('the root of %d leaves, grown to from the size before', (size, root) => {
    const from = log.leaves.length;
    const grown = log.grow(Array.from({ length: size - from }, (_, i) => leafHash(Buffer.from(`e${from + i}`))));
    expect(grown.toString('hex')).toBe(root);
    known.push({ size, root: grown });
    // Leaves at both ends and at the edges of tiles, and every size that was known before.
    for (const index of [0, 1, 255, 256, Math.floor(size / 2), size - 1].filter((at) => at < size)) {
      const claim = { leaf: log.leaves[index]!, index, size, root: grown };
      expect(verifyInclusion(claim, log.proof(inclusionRanges(index, size)))).toBe(true);
    }
    for (const older of known)
      expect(verifyConsistency(older, { size, root: grown }, log.proof(consistencyRanges(older.size, size)))).toBe(
        true,
      );
  });

  it.each<[number, number, (string | undefined)[]]>([
    [0, 1, []],
    [0, 8, [A, B, C]],
    [5, 8, [D, E, F]],
    [2, 3, [G]],
    [1, 5, [H, B, D]],
  ])('the published proof that leaf %d is in %d', (index, size, proof) => {
    const reference = new Log();
    reference.grow(REFERENCE.slice(0, size).map((hex) => leafHash(Buffer.from(hex, 'hex'))));
    expect(reference.proof(inclusionRanges(index, size)).map((hash) => hash.toString('hex'))).toEqual(proof);
  });

  it.each<[number, number, (string | undefined)[]]>([
    [1, 1, []],
    [1, 8, [A, B, C]],
    [6, 8, [FIRST, E, F]],
    [2, 5, [B, D]],
  ])('the published proof that the first %d of %d are unchanged', (from, to, proof) => {
    const reference = new Log();
    reference.grow(REFERENCE.slice(0, to).map((hex) => leafHash(Buffer.from(hex, 'hex'))));
    expect(reference.proof(consistencyRanges(from, to)).map((hash) => hash.toString('hex'))).toEqual(proof);
  });
});
