import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { entriesOf } from '../log/domain/bundle';
import { leafHash } from '../log/domain/hashing';
import { tilePath } from '../log/domain/tile-path';
import { TILE_WIDTH } from '../log/domain/tiles';
import type { LogFiles } from '../tiles/files/log-files';

type Row = Readonly<{ index: number; leafHash: Buffer; entry: string | null }>;

export const bundlePath = (index: number): string => `tile/${tilePath({ level: 'entries', index, width: TILE_WIDTH })}`;

/**
 * The texts of entries that were pruned from the database, from the archive. Each is compared with the hash that the
 * log has of it: what somebody changed in the archive is never shown as an entry.
 */
@Injectable()
export class ArchivedTexts {
  /** @param files null where no archive is configured */
  constructor(private readonly files: LogFiles | null) {}

  /** Refuses `audit.entry_archived`, which says where it is, when the archive cannot be read. */
  async fill<T extends Row>(rows: readonly T[]): Promise<(T & { readonly entry: string })[]> {
    const filled: (T & { readonly entry: string })[] = [];
    let at = -1;
    let bundle: readonly Buffer[] = [];
    for (const row of rows) {
      if (row.entry !== null) {
        filled.push({ ...row, entry: row.entry });
        continue;
      }
      const index = Math.floor(row.index / TILE_WIDTH);
      if (index !== at) [at, bundle] = [index, await this.bundle(index)];
      const bytes = bundle[row.index % TILE_WIDTH];
      if (!bytes || !leafHash(bytes).equals(row.leafHash)) throw this.archived(index);
      filled.push({ ...row, entry: bytes.toString('utf8') });
    }
    return filled;
  }

  /** Value of a message that was too large for its entry; null where none was. */
  message(index: number): Promise<Buffer | null> {
    return this.files ? this.files.read(messagePath(index)).catch(() => null) : Promise.resolve(null);
  }

  private async bundle(index: number): Promise<readonly Buffer[]> {
    const bytes = await this.files?.read(bundlePath(index)).catch(() => null);
    if (!bytes) throw this.archived(index);
    return entriesOf(bytes) ?? [];
  }

  private archived(index: number): Refusal {
    return new Refusal('audit.entry_archived', { about: [bundlePath(index)] });
  }
}

export const messagePath = (index: number): string => `message/${index}`;
