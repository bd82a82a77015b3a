import { Injectable } from '@nestjs/common';
import type { Appointment, Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { AdmissionsService } from '../admissions/admissions.service';
import { OfficerStore } from '../officers/officer.store';
import { OfficersService } from '../officers/officers.service';
import type { Organisation } from '../organisations/domain/organisation';
import { SystemStore } from '../systems/system.store';
import { SystemsService } from '../systems/systems.service';
import type { Item, Standing } from './domain/access-review';

/** What a department's review is about: looked up as it stands, and ended by the use cases that end its like. */
@Injectable()
export class AccessReviewDesk {
  constructor(
    private readonly officers: OfficerStore,
    private readonly appointments: OfficersService,
    private readonly inService: SystemStore,
    private readonly systems: SystemsService,
    private readonly admissions: AdmissionsService,
  ) {}

  /** Nothing stands any more in a body that was abolished. */
  async standing(tx: Transaction, organisation: Organisation, now: Date): Promise<Standing[]> {
    const { id, status, admission, pledgeVersion, revision } = organisation;
    if (status === 'ABOLISHED') return [];
    const officers = await this.officers.ofBody(tx, id);
    const systems = await this.inService.inService(tx, id);
    const admitted = admission === 'ACTIVE' || admission === 'SUSPENDED';
    return [
      ...officers.flatMap((officer) =>
        officer.appointments
          .filter((held) => officer.status === 'ACTIVE' && isHeld(held, id, now))
          .map((held) => ({
            kind: 'APPOINTMENT' as const,
            subjectId: officer.id,
            part: partOf(held),
            shown: { name: officer.name, ...held },
            revision: officer.revision,
          })),
      ),
      ...systems.map(({ id: subjectId, name, ownerId, addresses, certificates, keys, revision: seen }) => ({
        kind: 'SYSTEM' as const,
        subjectId,
        part: '',
        shown: { name, ownerId, addresses, certificates, keys: keys.map(({ kid }) => kid) },
        revision: seen,
      })),
      ...(admitted
        ? [{ kind: 'ADMISSION' as const, subjectId: id, part: '', shown: { admission, pledgeVersion }, revision }]
        : []),
    ];
  }

  /** @returns the revision that its end has made */
  async end(
    tx: Transaction,
    { kind, subjectId, part }: Item,
    { organisationId, seen, reason }: Readonly<{ organisationId: string; seen: number; reason: string }>,
    by: Principal,
    now: Date,
  ): Promise<number> {
    if (kind === 'SYSTEM') {
      const retired = await this.systems.amendWithin(tx, subjectId, seen, { status: 'RETIRED' }, by, now);
      return retired.revision;
    }
    if (kind === 'ADMISSION') return (await this.admissions.relinquishWithin(tx, subjectId, reason, by, now)).revision;
    const which = (held: Appointment) => isHeld(held, organisationId, now) && partOf(held) === part;
    return (await this.appointments.endAppointment(tx, subjectId, which, by, now)).revision;
  }
}

const isHeld = ({ organisationId, from, until }: Appointment, of: string, now: Date): boolean =>
  organisationId === of && from <= now.toISOString() && (until === null || until > now.toISOString());

/** One appointment among others of the same person: made longer or shorter it is still the same. */
const partOf = ({ unit, post, roles, from, deputyFor }: Appointment): string =>
  JSON.stringify([unit, post, [...roles].sort(), from, deputyFor ?? null]);
