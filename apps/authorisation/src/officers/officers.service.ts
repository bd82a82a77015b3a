import { Injectable } from '@nestjs/common';
import { Refusal, type Appointment, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import {
  amend,
  endAppointment,
  isKnownTo,
  register,
  type NewOfficer,
  type Officer,
  type OfficerChange,
} from './domain/officer';
import { OfficerStore } from './officer.store';

@Injectable()
export class OfficersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly officers: OfficerStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<Officer> {
    const officer = await this.officers.find(id);
    if (!officer || !isKnownTo(officer, await this.organisations.all(bodiesOf(officer.appointments)), by))
      throw new Refusal('request.not_found');
    return officer;
  }

  list(organisationId: string | undefined, page: PageOf, by: Principal): Promise<Page<Officer>> {
    return pageOf(page, this.cursors, ['officers', by.departmentId, organisationId], (after, limit) =>
      this.officers.list(organisationId, by, after, limit),
    );
  }

  register(given: NewOfficer, by: Principal): Promise<Officer> {
    return this.work.run(async (tx) => {
      const bodies = await this.organisations.all(bodiesOf(given.appointments), tx.manager);
      const holders = await this.officers.all(holdersIn(given.appointments), tx);
      const officer = register(given, bodies, by, this.clock.now(), holders);
      await this.officers.add(tx, officer);
      return officer.state;
    });
  }

  amend(id: string, revision: number, change: OfficerChange, by: Principal): Promise<Officer> {
    return this.work.run(async (tx) => {
      const officer = await this.officers.lock(tx, id);
      const named = bodiesOf([...(officer?.appointments ?? []), ...(change.appointments ?? [])]);
      const bodies = await this.organisations.all(named, tx.manager);
      if (!officer || !isKnownTo(officer, bodies, by)) throw new Refusal('request.not_found');
      const holders = await this.officers.all(holdersIn(change.appointments ?? []), tx);
      const amended = amend(officer, change, bodies, by, this.clock.now(), holders);
      expectRevision(officer.revision, revision);
      await this.officers.save(tx, amended);
      return amended.state;
    });
  }

  /**
   * Ends one appointment, inside a transaction of another use case.
   *
   * @param which of the appointments that the officer holds
   */
  async endAppointment(
    tx: Transaction,
    id: string,
    which: (held: Appointment) => boolean,
    by: Principal,
    now: Date,
  ): Promise<Officer> {
    const officer = await this.officers.lock(tx, id);
    const held = officer?.appointments.find(which);
    if (!officer || !held) throw new Refusal('request.not_found');
    const bodies = await this.organisations.all([held.organisationId], tx.manager);
    const amended = endAppointment(officer, held, bodies, by, now);
    await this.officers.save(tx, amended);
    return amended.state;
  }
}

const bodiesOf = (appointments: readonly Appointment[]): string[] => appointments.map((held) => held.organisationId);
const holdersIn = (appointments: readonly Appointment[]): string[] =>
  appointments.flatMap(({ deputyFor }) => (deputyFor ? [deputyFor] : []));
