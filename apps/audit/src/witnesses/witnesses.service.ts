import { Injectable } from '@nestjs/common';
import { sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { LogStore } from '../log/log.store';
import { WitnessStore } from './witness.store';
import { Witnesses } from './witnessing';
import type { WitnessesView } from './witnesses.views';

/** Who else says which past this log has. For anybody: whoever asks compares it with what the witness itself says. */
@Injectable()
export class WitnessesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: WitnessStore,
    private readonly entries: LogStore,
    private readonly witnesses: Witnesses,
  ) {}

  async all(): Promise<WitnessesView> {
    const query = <T>(text: string, parameters?: unknown[]) => sql<T>(this.dataSource, text, parameters);
    const seen = new Map((await this.store.all(query)).map((one) => [one.name, one]));
    const witnesses = await Promise.all(
      this.witnesses.list.map(async ({ name, key }) => {
        const last = seen.get(name);
        const head = last?.line ? await this.entries.checkpoint(query, last.size) : null;
        return {
          name,
          key,
          size: head?.size ?? null,
          checkpoint: head && last ? `${head.note}${last.line}\n` : null,
          signedAt: last?.signedAt?.toISOString() ?? null,
          problem: last?.problem ?? null,
          problemSince: last?.problemSince?.toISOString() ?? null,
        };
      }),
    );
    return { witnesses };
  }
}
