import { HASH_BYTES, joinPeaks, powersOf, rootOf } from './hashing';

/**
 * The tree is kept as tiles of up to 256 hashes (the layout of C2SP tlog-tiles): tile level L holds the roots of
 * complete subtrees of 256^L leaves. A full tile never changes; only the last tile of a level grows.
 */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

export type TileId = Readonly<{ level: number; index: number }>;
/** `hashes` is 32 bytes per hash, joined. */
export type Tile = TileId & Readonly<{ hashes: Buffer }>;
/** Size of the log and the unfinished tile of each level, all that an append needs. */
export type Frontier = Readonly<{ size: number; tiles: readonly Buffer[] }>;
/** Root of the complete subtree of 2^level leaves that begins at leaf index × 2^level. */
export type NodeId = Readonly<{ level: number; index: number }>;

export const EMPTY_FRONTIER: Frontier = { size: 0, tiles: [] };

/** Ids of the unfinished tiles of a log of this size; a level whose last tile is full has none. */
export function frontierTiles(size: number): TileId[] {
  const ids: TileId[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH))
    if (count % TILE_WIDTH > 0) ids.push({ level, index: Math.floor(count / TILE_WIDTH) });
  return ids;
}

/** Rebuilds the frontier from stored tiles. Throws when a tile is missing or has another length than the size says. */
export function frontierFrom(size: number, stored: readonly Tile[]): Frontier {
  const tiles: Buffer[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const width = count % TILE_WIDTH;
    const index = Math.floor(count / TILE_WIDTH);
    const tile = stored.find((t) => t.level === level && t.index === index);
    if (width > 0 && tile?.hashes.length !== width * HASH_BYTES)
      throw new Error(`tile ${level}/${index} does not hold the ${width} hashes of a log of ${size} entries`);
    tiles.push(width > 0 && tile ? tile.hashes : Buffer.alloc(0));
  }
  return { size, tiles };
}

/** Appends leaf hashes; `written` are the tiles that are new or grew. */
export function append(frontier: Frontier, leaves: readonly Buffer[]): { frontier: Frontier; written: Tile[] } {
  const tiles = [...frontier.tiles];
  const written: Tile[] = [];
  let rising = leaves;
  let before = frontier.size;
  for (let level = 0; rising.length > 0; level += 1) {
    let index = Math.floor(before / TILE_WIDTH);
    let hashes = Buffer.concat([tiles[level] ?? Buffer.alloc(0), ...rising]);
    const finished: Buffer[] = [];
    while (hashes.length >= TILE_WIDTH * HASH_BYTES) {
      const full = Buffer.from(hashes.subarray(0, TILE_WIDTH * HASH_BYTES));
      written.push({ level, index, hashes: full });
      finished.push(rootOf(hashesIn(full)));
      hashes = hashes.subarray(TILE_WIDTH * HASH_BYTES);
      index += 1;
    }
    if (hashes.length > 0) written.push({ level, index, hashes: Buffer.from(hashes) });
    tiles[level] = Buffer.from(hashes);
    rising = finished;
    before = Math.floor(before / TILE_WIDTH);
  }
  return { frontier: { size: frontier.size + leaves.length, tiles }, written };
}

export function rootOfFrontier({ tiles }: Frontier): Buffer {
  return joinPeaks([...tiles].reverse().flatMap(peaksOf));
}

function peaksOf(tile: Buffer): Buffer[] {
  const hashes = hashesIn(tile);
  let start = 0;
  return powersOf(hashes.length).map((width) => rootOf(hashes.slice(start, (start += width))));
}

export function hashesIn(tile: Buffer): Buffer[] {
  return Array.from({ length: tile.length / HASH_BYTES }, (_, i) =>
    tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** The tile a node is found in. */
export function tileOf(node: NodeId): TileId {
  const start = node.index * 2 ** (node.level % TILE_HEIGHT);
  return { level: Math.floor(node.level / TILE_HEIGHT), index: Math.floor(start / TILE_WIDTH) };
}
