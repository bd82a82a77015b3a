import { Injectable } from '@nestjs/common';
import { Refusal, type Duty, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import * as organisations from './domain/organisation';
import { takeOffice, type NewResponsibleUnit, type ResponsibleUnit } from './domain/responsible-unit';
import { OrganisationStore, type OrganisationFilter } from './organisation.store';

type Organisation = organisations.Organisation;

@Injectable()
export class OrganisationsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  /** Departments look each other up, with who answers for sharing there. [R15.2] */
  async find(id: string): Promise<Organisation & { responsibleUnit: ResponsibleUnit | null }> {
    const organisation = await this.organisations.find(id);
    if (!organisation) throw new Refusal('request.not_found');
    return { ...organisation, responsibleUnit: await this.organisations.currentUnit(id) };
  }

  list(filter: OrganisationFilter, page: PageOf): Promise<Page<Organisation>> {
    const { kind, regionPrefix, name } = filter;
    return pageOf(page, this.cursors, ['organisations', kind, regionPrefix, name], (after, limit) =>
      this.organisations.list(filter, after, limit),
    );
  }

  register(given: organisations.NewOrganisation, by: Principal): Promise<Organisation> {
    return this.work.run(async (tx) => {
      const above = await this.organisations.above(tx, given.parentId);
      const outcome = organisations.register(given, above, by, this.clock.now());
      await this.organisations.add(tx, outcome);
      return outcome.state;
    });
  }

  amend(id: string, revision: number, change: organisations.OrganisationChange, by: Principal): Promise<Organisation> {
    return this.work.run(async (tx) => {
      const above = await this.organisations.above(tx, change.parentId);
      const organisation = await this.organisations.lock(tx, id);
      const outcome = organisations.amend(organisation, change, above, by, this.clock.now());
      expectRevision(organisation.revision, revision);
      await this.organisations.save(tx, outcome);
      return outcome.state;
    });
  }

  registerDuties(id: string, revision: number, duties: readonly Duty[], by: Principal): Promise<Organisation> {
    return this.work.run(async (tx) => {
      const organisation = await this.organisations.lock(tx, id);
      const outcome = organisations.registerDuties(organisation, duties, by, this.clock.now());
      expectRevision(organisation.revision, revision);
      await this.organisations.save(tx, outcome);
      return outcome.state;
    });
  }

  registerResponsibleUnit(id: string, given: NewResponsibleUnit, by: Principal): Promise<ResponsibleUnit> {
    return this.work.run(async (tx) => {
      const organisation = await this.organisations.lock(tx, id);
      const former = await this.organisations.currentUnit(id, tx.manager);
      const handOver = takeOffice(organisation, former, { ...given, id: newId() }, by, this.clock.now());
      await this.organisations.handOver(tx, handOver.former, handOver.unit);
      await this.organisations.save(tx, { state: handOver.organisation, events: [handOver.event] });
      return handOver.unit;
    });
  }
}
