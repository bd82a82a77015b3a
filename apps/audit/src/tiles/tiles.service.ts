import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, sql, UnitOfWork } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { logRead, readingOfAll } from '../log/domain/reading';
import { TILE_WIDTH } from '../log/domain/tiles';
import { parseTilePath, type TileRef } from '../log/domain/tile-path';
import { TileStore } from './tile.store';

/**
 * The log in the layout of C2SP tlog-tiles, for every tool that reads it. Hashes say nothing and are for anybody;
 * entries are for those who read the whole log, and that they did is recorded before a bundle leaves. [R14.9]
 */
@Injectable()
export class TilesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly store: TileStore,
    private readonly clock: Clock,
  ) {}

  async tile(path: string): Promise<Buffer> {
    const ref = parseTilePath(path);
    if (!ref || ref.level === 'entries') throw unknown(path);
    const query = <T>(text: string, parameters?: unknown[]) => sql<T>(this.dataSource, text, parameters);
    return found(await this.store.read(query, ref), path);
  }

  bundle(by: Principal, path: string): Promise<Buffer> {
    const reading = readingOfAll(by);
    const ref = parseTilePath(`entries/${path}`);
    if (!ref) throw unknown(path);
    return this.work.run(async (tx) => {
      const bytes = found(await this.store.read(tx.query, ref), path);
      tx.publish(logRead(reading, { what: 'entries', asked: rangeOf(ref) }, this.clock.now()));
      return bytes;
    });
  }
}

const rangeOf = ({ index, width }: TileRef) => ({ from: index * TILE_WIDTH, before: index * TILE_WIDTH + width });
const unknown = (path: string): Refusal => new Refusal('audit.tile_unknown', { about: [path.slice(0, 100)] });
function found(bytes: Buffer | null, path: string): Buffer {
  if (bytes === null) throw unknown(path);
  return bytes;
}
