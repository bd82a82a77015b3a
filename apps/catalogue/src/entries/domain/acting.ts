import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { TRANSITIONS, type Entry, type EntryAct, type EntryStatus, type SecrecyRefusal } from './entry';

export const MARKED: SecrecyRefusal = { refusedBy: 'R2.3' };

/** Roles inside the providing department. The authority's acts ask for the role that is competent for the case. */
const PROVIDER_ROLES: Readonly<
  Record<Exclude<EntryAct, 'startReview' | 'approve' | 'return' | 'answerWithdrawal'>, readonly Role[]>
> = {
  revise: ['SUBMITTER'],
  declareSecrecyReview: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
  passInternalReview: ['RESPONSIBLE_OFFICER'],
  submit: ['SUBMITTER'],
  publish: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
  startRevision: ['SUBMITTER'],
  abandonRevision: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
  withdraw: ['RESPONSIBLE_OFFICER'],
  proposeWithdrawal: ['RESPONSIBLE_OFFICER'],
  scheduleWithdrawal: ['RESPONSIBLE_OFFICER'],
  callBackWithdrawal: ['RESPONSIBLE_OFFICER'],
  retractWithdrawal: ['RESPONSIBLE_OFFICER'],
};

export function providerOfficer(act: keyof typeof PROVIDER_ROLES, entry: Entry, by: Principal): string {
  const officer = officerOfProvider(PROVIDER_ROLES[act], entry, by);
  checkState(act, entry);
  return officer;
}

export function officerOfProvider(roles: readonly Role[], { providerId }: Entry, by: Principal): string {
  const officer = officerWith(roles, by);
  if (by.departmentId !== providerId) throw new Refusal('catalogue.not_provider');
  return officer;
}

/** @param besides others who have a hand in what is decided */
export function authorityAct(
  act: EntryAct,
  entry: Entry,
  competent: Role,
  by: Principal,
  now: Date,
  besides: readonly (string | undefined)[] = [],
) {
  const officer = competentOfficer(entry, competent, by);
  checkState(act, entry);
  // An officer may hold posts in two bodies: the person counts, not the post. [R14.10]
  notInvolved(officer, [entry.draftedBy, entry.changedBy, entry.internalReview?.by, entry.submission?.by, ...besides]);
  return { by: officer, at: now.toISOString(), organisationId: by.departmentId };
}

/** No body decides its own case. [R14.10] */
export function competentOfficer({ providerId }: Entry, competent: Role, by: Principal): string {
  if (by.departmentId === providerId && by.roles.some((r) => r === 'PROVINCIAL_AUTHORITY' || r === 'LEADING_GROUP'))
    throw new Refusal('catalogue.own_case');
  return officerWith([competent], by);
}

export function officerWith(roles: readonly Role[], { officerId, roles: held }: Principal): string {
  if (officerId === null || !roles.some((role) => held.includes(role)))
    throw new Refusal('access.role_required', { about: roles });
  return officerId;
}

export function notInvolved(officer: string, involved: readonly (string | undefined)[]): void {
  if (involved.includes(officer)) throw new Refusal('catalogue.own_submission');
}

export function checkState(act: EntryAct, { status }: Entry): void {
  const from: readonly EntryStatus[] = TRANSITIONS[act].from;
  if (!from.includes(status)) throw new Refusal('catalogue.wrong_state', { about: [status] });
}

export const step = (act: EntryAct, entry: Entry, now: Date, change: Partial<Entry>): Entry => ({
  ...entry,
  ...change,
  status: TRANSITIONS[act].to,
  revision: entry.revision + 1,
  updatedAt: now.toISOString(),
});

export const subject = ({ id, providerId, revision }: Entry, by: string) => ({ entryId: id, providerId, revision, by });
