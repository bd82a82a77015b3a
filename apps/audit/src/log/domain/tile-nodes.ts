import { HASH_BYTES, nodeHash } from './hashing';
import { TILE_WIDTH, tileOf, type NodeId } from './tiles';

const TILE_HEIGHT = Math.log2(TILE_WIDTH);
/** Where the nodes of a height begin: first the hashes of the tile, then those above each two of them, and so on. */
const beginOf = (height: number): number => 2 * TILE_WIDTH - (2 * TILE_WIDTH) / 2 ** height;

/**
 * One tile with the nodes between its hashes, each computed when it is first asked for: a node near the top stands for up to 128
 * hashes. What is known of a tile stays true when it grows.
 */
export class TileNodes {
  private readonly nodes = Buffer.alloc((2 * TILE_WIDTH - 1) * HASH_BYTES);
  private readonly known = new Uint8Array(2 * TILE_WIDTH - 1);
  private width = 0;

  /** @param hashes all that stand in the tile now */
  grow(hashes: Buffer): this {
    const width = hashes.length / HASH_BYTES;
    if (width > this.width) {
      hashes.copy(this.nodes);
      this.known.fill(1, 0, width);
      this.width = width;
    }
    return this;
  }

  reaches(node: NodeId): boolean {
    const [height, at] = placeOf(node);
    return (at + 1) * 2 ** height <= this.width;
  }

  /** Throws when the tile does not reach that far. */
  hashOf(node: NodeId): Buffer {
    if (!this.reaches(node)) throw new Error(`node ${node.level}/${node.index} is not in the tree yet`);
    return this.at(...placeOf(node));
  }

  private at(height: number, index: number): Buffer {
    const n = beginOf(height) + index;
    const place = this.nodes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
    if (this.known[n] === 0) {
      nodeHash(this.at(height - 1, 2 * index), this.at(height - 1, 2 * index + 1)).copy(place);
      this.known[n] = 1;
    }
    return place;
  }
}

/** Height above the hashes of its tile, and place among the nodes of that height. */
function placeOf(node: NodeId): [height: number, index: number] {
  const height = node.level % TILE_HEIGHT;
  return [height, node.index - (tileOf(node).index * TILE_WIDTH) / 2 ** height];
}
