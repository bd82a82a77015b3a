import { Injectable } from '@nestjs/common';
import { Refusal, type Fact } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, LessThanOrEqual, type EntityManager } from 'typeorm';
import { PledgeTextRow } from './admission.entities';
import type { PledgeText } from './domain/pledge-text';

/** Any number that everybody who publishes a text agrees on. */
const PUBLISHING_LOCK = 7_415_303;

@Injectable()
export class PledgeTextStore {
  constructor(private readonly database: DataSource) {}

  /** The text in force: there is always one, the migration has made the first. */
  async current(now: Date, manager: EntityManager = this.database.manager): Promise<PledgeText> {
    const [text] = await manager.find(PledgeTextRow, {
      where: { effectiveFrom: LessThanOrEqual(now.toISOString()) },
      order: { effectiveFrom: 'DESC' },
      take: 1,
    });
    if (!text) throw new Error('no text of the pledge is in force');
    return text;
  }

  /** The one that takes effect last; nobody else publishes before the transaction ends. */
  async latest(tx: Transaction): Promise<PledgeText> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [PUBLISHING_LOCK]);
    const [text] = await tx.manager.find(PledgeTextRow, { order: { effectiveFrom: 'DESC' }, take: 1 });
    if (!text) throw new Error('no text of the pledge is published');
    return text;
  }

  find(version: string): Promise<PledgeText | null> {
    return this.database.manager.findOne(PledgeTextRow, { where: { version } });
  }

  async add(tx: Transaction, { state, event }: Readonly<{ state: PledgeText; event: Fact }>): Promise<void> {
    const insert = tx.manager.createQueryBuilder().insert().into(PledgeTextRow).values(state).orIgnore();
    const { raw } = await insert.returning('version').execute();
    if ((raw as unknown[]).length === 0) throw new Refusal('pledge.version_taken', { about: [state.version] });
    tx.publish(event);
  }

  /** The newest first. */
  list(after: string | null, limit: number): Promise<PledgeText[]> {
    const query = this.database
      .createQueryBuilder(PledgeTextRow, 'published')
      .orderBy('published.effectiveFrom', 'DESC')
      .limit(limit);
    if (after !== null)
      query.where('published.effective_from < (SELECT effective_from FROM pledge_text WHERE version = :after)', {
        after,
      });
    return query.getMany();
  }
}
