import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import type { Effect } from '@qiongtong/regulation';
import { pageOf, type PageOf } from '../pages';
import { ChangeDesk } from './change-desk';
import { deciderOf } from './domain/authority';
import { cancel, decide, type OrganisationChange, type Terms } from './domain/organisation-change';
import { checkTerms } from './possible';
import { previewOf, type Preview } from './preview';
import { OrganisationChangeStore, type OrganisationChangeFilter } from './organisation-change.store';

export type SeenChange = OrganisationChange & Readonly<{ counts: Readonly<Record<string, number>> }>;
export type SeenEffect = Effect & Readonly<{ at: string }>;

/** Decisions on organisations: previewed, made, taken back before they begin, and reported on. */
@Injectable()
export class OrganisationChangesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly changes: OrganisationChangeStore,
    private readonly desk: ChangeDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  /** What a decision would do, told before anybody makes it. Who may not decide does not look either. */
  async preview(terms: Terms, by: Principal): Promise<Preview> {
    const now = this.clock.now();
    const existing = await this.desk.existing(terms);
    const decidedBy = deciderOf(this.desk.parties(terms, existing, now), by);
    checkTerms(terms, existing, now);
    return this.previewed(terms, { id: 'preview', decidedBy, authorityId: by.departmentId }, null, now);
  }

  /** The same of one that is decided and has not begun, as the world is now. */
  async previewOf(id: string, by: Principal): Promise<Preview> {
    const change = await this.known(id, by);
    if (change.status !== 'DECIDED') throw new Refusal('succession.already_begun', { about: [change.status] });
    return this.previewed(change, change, id, this.clock.now());
  }

  async decide(terms: Terms, by: Principal): Promise<OrganisationChange> {
    const now = this.clock.now();
    const existing = await this.desk.existing(terms);
    const parties = this.desk.parties(terms, existing, now);
    const decided = decide(newId(), terms, parties, by, now);
    checkTerms(terms, existing, now);
    const { refusals } = await this.desk.look(terms, decided.state, now);
    if (refusals[0]) throw refusals[0];
    return this.work.run(async (tx) => {
      await this.changes.add(tx, decided);
      return decided.state;
    });
  }

  async cancel(id: string, by: Principal): Promise<OrganisationChange> {
    const change = await this.known(id, by);
    const now = this.clock.now();
    const parties = this.desk.parties(change, await this.desk.existing(change), now);
    return this.work.run(async (tx) => {
      const cancelled = cancel(await this.changes.lock(tx, id), parties, by, now);
      await this.changes.save(tx, cancelled);
      return cancelled.state;
    });
  }

  async find(id: string, by: Principal): Promise<SeenChange> {
    return { ...(await this.known(id, by)), counts: await this.changes.counts(id) };
  }

  list(filter: OrganisationChangeFilter, page: PageOf, by: Principal): Promise<Page<OrganisationChange>> {
    const { status, kind, organisationId } = filter;
    return pageOf(page, this.cursors, ['changes', by.departmentId, status, kind, organisationId], (after, limit) =>
      this.changes.list(filter, by, after, limit),
    );
  }

  /** The report: what became of each thing. */
  async effects(
    id: string,
    { thing }: Readonly<{ thing?: Effect['thing'] }>,
    page: PageOf,
    by: Principal,
  ): Promise<Page<SeenEffect>> {
    if (!(await this.changes.isReportedTo(id, by))) throw new Refusal('request.not_found');
    const found = await pageOf(page, this.cursors, ['effects', by.departmentId, id, thing], (after, limit) =>
      this.changes.effects(id, thing, after, limit),
    );
    const items = found.items.map(({ thing: of, thingId, outcome, fromId, toId, because, at }) => ({
      ...{ thing: of, id: thingId, outcome, fromId, toId, because, at },
    }));
    return { ...found, items };
  }

  private async known(id: string, by: Principal): Promise<OrganisationChange> {
    const change = await this.changes.find(id);
    if (!change || !(await this.changes.isKnown(id, by))) throw new Refusal('request.not_found');
    return change;
  }

  private async previewed(
    terms: Terms,
    decided: Pick<OrganisationChange, 'id' | 'decidedBy' | 'authorityId'>,
    itself: string | null,
    now: Date,
  ): Promise<Preview> {
    const { world, succession, outcomes, resources, refusals } = await this.desk.look(terms, decided, now);
    const overlapping = await this.changes.overlapping([...terms.organisationIds, ...terms.successorIds], itself);
    const all = overlapping.length > 0 ? [...refusals, new Refusal('succession.overlapping', { about: overlapping })] : refusals; // prettier-ignore
    return previewOf(world, succession, outcomes, resources, all);
  }
}
