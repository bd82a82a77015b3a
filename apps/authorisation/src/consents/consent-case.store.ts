import { Injectable } from '@nestjs/common';
import { Refusal, type ConsentKind, type Fact, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning, type Narrowing } from '../pages';
import { add, lock, save } from '../rows';
import { ConsentCaseRow } from './consent-case.entity';
import { TOLD_TO_OTHER_PARTY, type ConsentCase, type ConsentStatus } from './domain/consent-case';

export type ConsentCaseFilter = Readonly<{ status?: ConsentStatus; kind?: ConsentKind; subjectId?: string }>;
/** The two between whom a case is; which authority is competent depends on nothing else. */
export type Pair = Readonly<{ providerId: string; otherPartyId: string }>;
type Changed = Readonly<{ state: ConsentCase; event: Fact }>;
/** What is looked up before anything is locked: the subject is locked first. */
type Lagging = Pick<ConsentCase, 'id' | 'kind' | 'subject'>;

@Injectable()
export class ConsentCaseStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<ConsentCase | null> {
    return this.database.manager.findOne(ConsentCaseRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<ConsentCase> {
    return lock(tx, ConsentCaseRow, id);
  }

  async add(tx: Transaction, { state, event }: Changed): Promise<void> {
    if (!(await add(tx, ConsentCaseRow, state)))
      throw new Refusal('consent.already_proposed', { about: [state.subject.id] });
    tx.publish(event);
  }

  async save(tx: Transaction, { state, event }: Readonly<{ state: ConsentCase; event: Fact | null }>): Promise<void> {
    await save(tx, ConsentCaseRow, state);
    if (event) tx.publish(event);
  }

  /** Between whom cases are open. */
  openPairs(): Promise<Pair[]> {
    return sql<Pair>(
      this.database,
      `SELECT DISTINCT provider_id AS "providerId", other_party_id AS "otherPartyId"
       FROM consent_case WHERE status = 'PROPOSED'`,
    );
  }

  /** Open cases, the first due first: those of the pairs, or those past their time that were not told on yet. */
  async open(of: Readonly<{ pair: Pair }> | Readonly<{ dueBefore: Date }>, limit: number): Promise<ConsentCase[]> {
    const query = this.database
      .createQueryBuilder(ConsentCaseRow, 'opened')
      .where(`opened.status = 'PROPOSED'`)
      .orderBy('opened.dueAt')
      .limit(limit);
    if ('pair' in of)
      query.andWhere('opened.providerId = :providerId AND opened.otherPartyId = :otherPartyId', of.pair);
    else query.andWhere('opened.dueAt <= :dueBefore AND opened.overdueAt IS NULL', of);
    return query.getMany();
  }

  /** Open cases that were counted by earlier calendars, in the order of their ids. */
  lagging(tx: Transaction, edition: number, after: string, most: number): Promise<Lagging[]> {
    return tx.query<Lagging>(
      `SELECT id, kind, subject FROM consent_case
       WHERE status = 'PROPOSED' AND working_days IS NOT NULL AND calendar_edition < $1 AND id > $2
       ORDER BY id LIMIT $3`,
      [edition, after, most],
    );
  }

  /**
   * Newest first: of the provider; of the other party once it is answered; of the authority that is competent now
   * (`deciding`) or has the case; of who oversees the region of a party.
   */
  async list(
    filter: ConsentCaseFilter,
    deciding: readonly Pair[],
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<ConsentCase[]> {
    const { status, kind, subjectId } = filter;
    const parties = { table: 'consent_case', columns: ['provider_id', 'other_party_id'] } as const;
    const narrowing: Narrowing = (parameter) => {
      const conditions = [`(other_party_id <> $1 OR status = ANY(${parameter([...TOLD_TO_OTHER_PARTY])}))`];
      if (subjectId !== undefined) conditions.push(`subject ->> 'id' = ${parameter(subjectId)}`);
      const concerning = ['authority_id = $1', 'escalated_to = $1'];
      if (deciding.length > 0) {
        const [providers, others] = [deciding.map((p) => p.providerId), deciding.map((p) => p.otherPartyId)];
        concerning.push(
          `status = 'PROPOSED' AND (provider_id, other_party_id) IN
             (SELECT * FROM unnest(${parameter(providers)}::text[], ${parameter(others)}::text[]))`,
        );
      }
      return { conditions, concerning };
    };
    const ids = await idsConcerning(this.database, parties, { status, kind }, by, after, limit, narrowing);
    return this.database.manager.find(ConsentCaseRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
