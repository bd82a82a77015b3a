import { Injectable } from '@nestjs/common';
import { Scheduler, sql, type Sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { openNote } from '../../log/domain/note';
import { TILE_WIDTH } from '../../log/domain/tiles';
import { LogMetrics } from '../../log/log.metrics';
import { LogStore, type SignedHead } from '../../log/log.store';
import { SigningKey } from '../../log/signing-key';
import { newTiles, tilePath } from '../../log/domain/tile-path';
import { TileStore } from '../tile.store';
import { LogFiles } from './log-files';

const EVERY_MS = 5_000;
/** Entries of one step: after a long time without a copy it grows by steps, each with its checkpoint. */
const STEP = 256 * 1_000;
const CHECKPOINT = 'checkpoint';

/**
 * Writes the log as plain files behind the sealer: first what a checkpoint covers, then the checkpoint, so that what
 * stands there is a whole log whenever it is looked at, whatever stopped it. Where to go on is read from the files.
 */
@Injectable()
export class LogCopy {
  private readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: LogStore,
    private readonly tiles: TileStore,
    private readonly key: SigningKey,
    private readonly metrics: LogMetrics,
    private readonly files: LogFiles,
    scheduler: Scheduler,
  ) {
    scheduler.every('files of the log', EVERY_MS, () => this.follow());
  }

  /** Until the files have the newest checkpoint of when it began. */
  async follow(): Promise<void> {
    const newest = await this.log.newest(this.query);
    if (!newest) return;
    let copied = await this.copied();
    while (copied === null || copied < newest.size) {
      const next = await this.log.checkpointWithin(this.query, copied ?? -1, (copied ?? 0) + STEP);
      await this.extend(copied ?? 0, next ?? newest);
      copied = (next ?? newest).size;
    }
    this.metrics.copied.set(newest.size);
  }

  /** Size of what stands in the files, null where nothing does; throws when that is not the past of this log. */
  private async copied(): Promise<number | null> {
    const note = await this.files.read(CHECKPOINT);
    if (!note) return null;
    const head = openNote(note.toString('utf8'), this.key.verifierKey);
    if (!head) throw new Error(`${this.files.place} holds a checkpoint that is not signed by this log's key`);
    const own = await this.log.checkpoint(this.query, head.size);
    if (!own?.root.equals(head.root))
      throw new Error(`${this.files.place} holds another past of ${head.size} entries than the database`);
    return head.size;
  }

  private async extend(from: number, head: SignedHead): Promise<void> {
    for (const ref of newTiles(from, head.size)) {
      const bytes = await this.tiles.read(this.query, ref);
      if (!bytes) throw new Error(`the log has no tile ${tilePath(ref)}`);
      await this.files.write(`tile/${tilePath(ref)}`, bytes);
    }
    await this.files.replace(CHECKPOINT, Buffer.from(head.note));
    // Only now: who reads by the checkpoint before reads the narrower ones.
    for (const ref of newTiles(from, head.size))
      if (ref.width === TILE_WIDTH) await this.files.removePartial(`tile/${tilePath(ref)}`);
  }
}
