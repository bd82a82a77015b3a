import {
  lawsOf,
  officerWith,
  oversees,
  Refusal,
  type ConsentClockRecounted,
  type ConsentGiven,
  type ConsentKind,
  type ConsentLapsed,
  type ConsentMoved,
  type ConsentOverdue,
  type ConsentProposed,
  type ConsentSubject,
  type ConsentWithdrawn,
  type ConsentWithheld,
  type Principal,
  type Role,
  type StatutoryBasis,
} from '@qiongtong/contracts';
import { countDue, editionOf, moveOf, type Calendars, type CountedDue, type DueMove } from '@qiongtong/regulation';
import { checkStatutoryBasis } from './statutory-basis';

export const CONSENT_STATUSES = ['PROPOSED', 'CONSENTED', 'NOT_CONSENTED', 'WITHDRAWN', 'LAPSED'] as const;
export type ConsentStatus = (typeof CONSENT_STATUSES)[number];

/** What a provider wants to give less of, and the competent authority's answer to it. [R10.4, R12.5] */
export type ConsentCase = Readonly<{
  id: string;
  kind: ConsentKind;
  subject: ConsentSubject;
  providerId: string;
  otherPartyId: string;
  /** The body that is competent as far as was looked; when its role moves the case moves with it. [R4.5] */
  authorityId: string;
  /** Bodies that had the case before, and until when. */
  formerAuthorities: readonly Readonly<{ authorityId: string; until: string }>[];
  statutoryBasis: readonly StatutoryBasis[];
  narrative: string;
  /** It took effect already, and lapses at `dueAt` unless confirmed. */
  emergency: boolean;
  status: ConsentStatus;
  proposedBy: string;
  proposedAt: string;
  /** The end of the authority's own clock; for an emergency the end of what took effect. [R12.8] */
  dueAt: string;
  provisional: boolean;
  /** By which edition of the calendars it was last counted. */
  calendarEdition: number;
  /** How calendars moved it. [R12.3] */
  moves: readonly DueMove[];
  /** The authority's time in working days, kept from the beginning; null in an emergency, whose time is hours. */
  workingDays: number | null;
  /** When the next level was told that the authority had not answered; never an answer itself. [R12.8] */
  overdueAt: string | null;
  escalatedTo: string | null;
  decision: Readonly<{ by: string; organisationId: string; at: string; reason: string }> | null;
  rulePack: string;
  revision: number;
}>;

export type NewConsentCase = Pick<
  ConsentCase,
  'kind' | 'subject' | 'providerId' | 'otherPartyId' | 'statutoryBasis' | 'narrative' | 'emergency'
>;
/** The body that decides, and the role in which it does. */
export type Competence = Readonly<{ organisationId: string; role: Role }>;
export type AuthorityClock = CountedDue & Readonly<{ workingDays: number | null }>;

export const authorityClock = (workingDays: number, calendars: Calendars, from: Date): AuthorityClock => ({
  workingDays,
  ...countDue(from, workingDays, calendars),
});

const NEXT: Readonly<Record<ConsentStatus, readonly ConsentStatus[]>> = {
  PROPOSED: ['CONSENTED', 'NOT_CONSENTED', 'WITHDRAWN', 'LAPSED'],
  CONSENTED: [],
  NOT_CONSENTED: [],
  WITHDRAWN: [],
  LAPSED: [],
};

/** @param clock from the configuration: the authority's working days, or the hours of an emergency */
export function propose(
  given: NewConsentCase & Readonly<{ id: string; clock: AuthorityClock; rulePack: string }>,
  competent: Competence | null,
  by: Principal,
  now: Date,
): Readonly<{ state: ConsentCase; event: ConsentProposed }> {
  const { clock, ...stated } = given;
  const officer = officerWith(['REVIEWER', 'RESPONSIBLE_OFFICER'], by);
  if (by.departmentId !== given.providerId) throw new Refusal('consent.not_provider');
  // Answering later gives nothing less; whatever else is proposed does.
  if (given.kind !== 'REPLY_EXTENSION') checkStatutoryBasis(given.statutoryBasis);
  if (given.emergency && given.kind !== 'GRANT_SUSPENSION') throw new Refusal('consent.emergency_not_possible');
  if (!competent) throw new Refusal('consent.no_authority');
  const at = now.toISOString();
  const state: ConsentCase = {
    ...stated,
    ...clock,
    moves: [],
    authorityId: competent.organisationId,
    formerAuthorities: [],
    status: 'PROPOSED',
    proposedBy: officer,
    proposedAt: at,
    overdueAt: null,
    escalatedTo: null,
    decision: null,
    revision: 1,
  };
  const { statutoryBasis, emergency, dueAt, provisional, rulePack } = state;
  const event: ConsentProposed = {
    type: 'authorisation.consent-proposed.v1',
    key: state.id,
    at,
    data: {
      ...told(state, officer),
      statutoryBasis: lawsOf(statutoryBasis),
      emergency,
      dueAt,
      provisional,
      rulePack,
    },
  };
  return { state, event };
}

export type Answer = Readonly<{ to: 'CONSENTED' | 'NOT_CONSENTED'; reason: string }>;

/** @param competent who is competent at this moment, whoever was when the case was opened [R4.5] */
export function decide(
  opened: ConsentCase,
  { to, reason }: Answer,
  competent: Competence | null,
  by: Principal,
  now: Date,
): Readonly<{ state: ConsentCase; event: ConsentGiven | ConsentWithheld }> {
  if ([opened.providerId, opened.otherPartyId].includes(by.departmentId)) throw new Refusal('consent.own_case');
  if (competent?.organisationId !== by.departmentId) throw new Refusal('consent.not_competent');
  const officer = officerWith([competent.role], by);
  if (officer === opened.proposedBy) throw new Refusal('consent.own_submission');
  const status = hasLapsed(opened, now) ? 'LAPSED' : opened.status;
  if (!NEXT[status].includes(to)) throw new Refusal('consent.already_decided', { about: [status] });
  const { state: current } = moved(opened, competent, now) ?? { state: opened };
  const at = now.toISOString();
  const state: ConsentCase = {
    ...current,
    status: to,
    decision: { by: officer, organisationId: by.departmentId, at, reason },
    revision: opened.revision + 1,
  };
  const type = to === 'CONSENTED' ? 'authorisation.consent-given.v1' : 'authorisation.consent-withheld.v1';
  return { state, event: { type, key: state.id, at, data: told(state, officer) } };
}

/** The provider takes it back, or what it was about has ended otherwise (`by` null). */
export function withdraw(
  opened: ConsentCase,
  by: Principal | null,
  now: Date,
): Readonly<{ state: ConsentCase; event: ConsentWithdrawn }> {
  if (!NEXT[opened.status].includes('WITHDRAWN'))
    throw new Refusal('consent.already_decided', { about: [opened.status] });
  const state = ended(opened, 'WITHDRAWN');
  const who = by === null ? 'platform' : officerOf(by);
  const event: ConsentWithdrawn = {
    type: 'authorisation.consent-withdrawn.v1',
    key: state.id,
    at: now.toISOString(),
    data: told(state, who),
  };
  return { state, event };
}

export const isOpen = ({ status }: ConsentCase): boolean => NEXT[status].length > 0;

const hasLapsed = ({ status, emergency, dueAt }: ConsentCase, now: Date): boolean =>
  status === 'PROPOSED' && emergency && dueAt <= now.toISOString();

/** An emergency that nobody confirmed in time ends; null while it has not. */
export function lapse(opened: ConsentCase, now: Date): Readonly<{ state: ConsentCase; event: ConsentLapsed }> | null {
  if (!hasLapsed(opened, now)) return null;
  const state = ended(opened, 'LAPSED');
  const event: ConsentLapsed = {
    type: 'authorisation.consent-lapsed.v1',
    key: state.id,
    at: now.toISOString(),
    data: told(state, 'platform'),
  };
  return { state, event };
}

/** The authority has let its time pass: the next level is told, and the case stays open. Null when there is nothing to tell. */
export function escalate(
  opened: ConsentCase,
  nextLevel: Competence | null,
  now: Date,
): Readonly<{ state: ConsentCase; event: ConsentOverdue }> | null {
  const at = now.toISOString();
  if (opened.status !== 'PROPOSED' || opened.emergency || opened.overdueAt !== null || at <= opened.dueAt) return null;
  const escalatedTo = nextLevel?.organisationId ?? null;
  const state: ConsentCase = { ...opened, overdueAt: at, escalatedTo, revision: opened.revision + 1 };
  const event: ConsentOverdue = {
    type: 'authorisation.consent-overdue.v1',
    key: state.id,
    at,
    data: { ...told(state, 'platform'), dueAt: state.dueAt, escalatedTo },
  };
  return { state, event };
}

/** The role has gone to another body, and the open case with it. Null when nothing has moved. [R4.5] */
export function moved(
  opened: ConsentCase,
  competent: Competence | null,
  now: Date,
): Readonly<{ state: ConsentCase; event: ConsentMoved }> | null {
  if (opened.status !== 'PROPOSED' || !competent || competent.organisationId === opened.authorityId) return null;
  const at = now.toISOString();
  const state: ConsentCase = {
    ...opened,
    authorityId: competent.organisationId,
    formerAuthorities: [...opened.formerAuthorities, { authorityId: opened.authorityId, until: at }],
    revision: opened.revision + 1,
  };
  const event: ConsentMoved = {
    type: 'authorisation.consent-moved.v1',
    key: state.id,
    at,
    data: { ...told(state, 'platform'), formerAuthorityId: opened.authorityId },
  };
  return { state, event };
}

/** Counted by newer calendars; without a fact where the date has not moved. */
export type Recounted = Readonly<{ state: ConsentCase; event: ConsentClockRecounted | null }>;

/**
 * By calendars that were published since it was last counted, from the day on which it was proposed. Null where no clock
 * of working days runs, or nothing was published since. [R12.3]
 */
export function countAgain(opened: ConsentCase, calendars: Calendars, now: Date): Recounted | null {
  if (opened.status !== 'PROPOSED' || opened.workingDays === null) return null;
  if (opened.calendarEdition >= editionOf(calendars)) return null;
  const counted = countDue(new Date(opened.proposedAt), opened.workingDays, calendars);
  const move = moveOf(opened, counted, opened.proposedAt, calendars, now);
  if (!move) return { state: { ...opened, ...counted }, event: null };
  // Silent by a calendar that was wrong: its time is not over, and nobody else has to look at it yet.
  const inTime = move.dueAt >= now.toISOString();
  const state: ConsentCase = {
    ...opened,
    ...counted,
    moves: [...opened.moves, move],
    ...(inTime && { overdueAt: null, escalatedTo: null }),
    revision: opened.revision + 1,
  };
  const { at, ...moved } = move;
  const flags = { overdue: state.overdueAt !== null, formerlyOverdue: opened.overdueAt !== null };
  const event: ConsentClockRecounted = {
    type: 'authorisation.consent-clock-recounted.v1',
    key: state.id,
    at,
    data: { ...told(state, 'platform'), ...moved, ...flags },
  };
  return { state, event };
}

/** Outcomes that the other party may know of: before, it is between provider and authority. [R12.5] */
export const TOLD_TO_OTHER_PARTY = ['CONSENTED', 'NOT_CONSENTED', 'LAPSED'] as const satisfies readonly ConsentStatus[];

/** @param regions of the parties @param competent now */
export function isKnownTo(
  opened: Pick<ConsentCase, 'providerId' | 'otherPartyId' | 'authorityId' | 'escalatedTo' | 'status'>,
  regions: readonly string[],
  competent: Competence | null,
  by: Principal,
): boolean {
  if (by.departmentId === opened.providerId) return true;
  if (by.departmentId === opened.otherPartyId)
    return (TOLD_TO_OTHER_PARTY as readonly ConsentStatus[]).includes(opened.status);
  return (
    [opened.authorityId, opened.escalatedTo, competent?.organisationId].includes(by.departmentId) ||
    regions.some((regionCode) => oversees(by, regionCode))
  );
}

const ended = (opened: ConsentCase, status: ConsentStatus): ConsentCase => ({
  ...opened,
  status,
  revision: opened.revision + 1,
});
const officerOf = (by: Principal): string => officerWith(by.roles, by);

export const told = (state: ConsentCase, by: string) => ({
  caseId: state.id,
  kind: state.kind,
  subject: state.subject,
  providerId: state.providerId,
  otherPartyId: state.otherPartyId,
  authorityId: state.authorityId,
  revision: state.revision,
  by,
});
