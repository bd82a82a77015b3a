import { Injectable, Optional } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import { ArchivedTexts } from '../archive/archived-texts';
import { HASH_BYTES } from '../log/domain/hashing';
import { TILE_WIDTH } from '../log/domain/tiles';
import { bundleOf } from '../log/domain/bundle';
import type { TileRef } from '../log/domain/tile-path';

/** Tiles and bundles as they are given out. A narrower tile is the beginning of what stands there now. */
@Injectable()
export class TileStore {
  constructor(@Optional() private readonly texts: ArchivedTexts = new ArchivedTexts(null)) {}

  /** @returns its bytes; null where the log does not reach that far */
  read(query: Sql, { level, index, width }: TileRef): Promise<Buffer | null> {
    return level === 'entries' ? this.bundle(query, index, width) : this.tile(query, level, index, width);
  }

  private async tile(query: Sql, level: number, index: number, width: number): Promise<Buffer | null> {
    const [row] = await query<{ hashes: Buffer }>('SELECT hashes FROM tile WHERE level = $1 AND index = $2', [
      level,
      index,
    ]);
    const bytes = width * HASH_BYTES;
    return row && row.hashes.length >= bytes ? row.hashes.subarray(0, bytes) : null;
  }

  private async bundle(query: Sql, index: number, width: number): Promise<Buffer | null> {
    const from = index * TILE_WIDTH;
    const rows = await query<{ index: number; leafHash: Buffer; entry: string | null }>(
      `SELECT index::float8 AS index, leaf_hash AS "leafHash", entry FROM log_entry
       WHERE index >= $1 AND index < $2 ORDER BY index`,
      [from, from + width],
    );
    if (rows.length !== width) return null;
    return bundleOf((await this.texts.fill(rows)).map(({ entry }) => entry));
  }
}
