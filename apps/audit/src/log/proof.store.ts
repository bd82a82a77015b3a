import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import { nodesOf, rangeRoot, type Range } from './domain/proofs';
import { TileNodes } from './domain/tile-nodes';
import { tileOf, type NodeId } from './domain/tiles';

/** 17 KB each. */
const MOST_TILES = 2_048;

/**
 * Hashes of the tree for proofs. Hashes never change once they are in the log, so tiles that were read are kept, the least lately
 * used going first; of the last tile of a level as much as was there.
 */
@Injectable()
export class ProofStore {
  private readonly kept = new Map<string, TileNodes>();

  /** Roots of the ranges of a proof. */
  async proof(query: Sql, ranges: readonly Range[]): Promise<Buffer[]> {
    const tiles = await this.tiles(query, ranges.flatMap(nodesOf));
    return ranges.map((range) => rangeRoot(range, (node) => tiles.get(keyOf(node))!.hashOf(node)));
  }

  /** Nothing is taken for known any more: the database is another one than what was read from. */
  forget(): void {
    this.kept.clear();
  }

  /** Tiles that reach as far as these nodes, where the log does. */
  private async tiles(query: Sql, nodes: readonly NodeId[]): Promise<Map<string, TileNodes>> {
    const tiles = new Map<string, TileNodes>();
    const missing = new Map<string, NodeId>();
    for (const node of nodes) {
      const key = keyOf(node);
      const tile = this.kept.get(key) ?? new TileNodes();
      tiles.set(key, tile);
      if (!tile.reaches(node)) missing.set(key, tileOf(node));
    }
    const ids = [...missing.values()];
    if (ids.length > 0) {
      const rows = await query<{ level: number; index: number; hashes: Buffer }>(
        `SELECT level, index::float8 AS index, hashes FROM tile
         WHERE (level, index) IN (SELECT * FROM unnest($1::int[], $2::bigint[]))`,
        [ids.map((id) => id.level), ids.map((id) => id.index)],
      );
      for (const { level, index, hashes } of rows) tiles.get(`${level}/${index}`)!.grow(hashes);
    }
    for (const [key, tile] of tiles) this.keep(key, tile);
    return tiles;
  }

  private keep(key: string, tile: TileNodes): void {
    this.kept.delete(key);
    this.kept.set(key, tile);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_TILES && oldest !== undefined) this.kept.delete(oldest);
  }
}

function keyOf(node: NodeId): string {
  const { level, index } = tileOf(node);
  return `${level}/${index}`;
}
