import { isAuthorityOver, Refusal, type Principal, type ResponsibleUnitRegistered } from '@qiongtong/contracts';
import { checkNotEnded, next, type Organisation } from './organisation';

export type Contact = Readonly<{ name: string; phone: string; email: string | null }>;

/** Who inside the department answers for sharing (责任单位); exactly one is in office. [R15.1] */
export type ResponsibleUnit = Readonly<{
  id: string;
  organisationId: string;
  name: string;
  head: string;
  contacts: readonly Contact[];
  dutyText: string;
  from: string;
  /** null while in office; the day its successor takes over. [R15.3] */
  until: string | null;
  appointmentDocument: string;
  registeredBy: string;
  registeredAt: string;
}>;
export type NewResponsibleUnit = Pick<
  ResponsibleUnit,
  'name' | 'head' | 'contacts' | 'dutyText' | 'from' | 'appointmentDocument'
>;

export type HandOver = Readonly<{
  unit: ResponsibleUnit;
  former: ResponsibleUnit | null;
  organisation: Organisation;
  event: ResponsibleUnitRegistered;
}>;

/** Registers the unit in office from now on and ends its predecessor on the same day. */
export function takeOffice(
  organisation: Organisation,
  former: ResponsibleUnit | null,
  given: NewResponsibleUnit & Readonly<{ id: string }>,
  by: Principal,
  now: Date,
): HandOver {
  checkNotEnded(organisation);
  const ownOfficer = by.departmentId === organisation.id && by.roles.includes('RESPONSIBLE_OFFICER');
  if (by.officerId === null || !(ownOfficer || isAuthorityOver(by, organisation.regionCode)))
    throw new Refusal('organisation.outside_jurisdiction');
  if (organisation.kind === 'VENDOR') throw new Refusal('organisation.vendor_limited', { about: ['responsibleUnit'] });
  const at = now.toISOString();
  // "In office" is a state the gateway relies on: it may not begin by itself at some later time.
  if (given.from > at || (former && given.from < former.from)) throw new Refusal('organisation.unit_date_invalid');
  const unit: ResponsibleUnit = {
    ...given,
    organisationId: organisation.id,
    until: null,
    registeredBy: by.officerId,
    registeredAt: at,
  };
  const state = next(organisation, { hasResponsibleUnit: true }, now);
  return {
    unit,
    former: former && { ...former, until: given.from },
    organisation: state,
    event: {
      type: 'authorisation.responsible-unit-registered.v1',
      key: organisation.id,
      at,
      data: {
        organisationId: organisation.id,
        unitId: unit.id,
        from: unit.from,
        appointmentDocument: unit.appointmentDocument,
        formerUnitId: former?.id ?? null,
        revision: state.revision,
        by: by.officerId,
      },
    },
  };
}
