import {
  officerWith,
  oversees,
  Refusal,
  type Admission,
  type Duty,
  type Principal,
  type ResourceState,
  type SharingApplicationConsented,
  type SharingApplicationSubmitted,
  type SharingApplicationWithdrawn,
} from '@qiongtong/contracts';
import {
  addWorkingDays,
  pledgeStanding,
  scopeWithin,
  type GrantScope,
  type RulePack,
  type WorkingDayCalendar,
} from '@qiongtong/regulation';

export const SHARING_APPLICATION_STATUSES = ['SUBMITTED', 'CONSENTED', 'WITHDRAWN'] as const;
export type SharingApplicationStatus = (typeof SHARING_APPLICATION_STATUSES)[number];
export const METHODS = ['API', 'BATCH', 'MESSAGES', 'FILE'] as const;
export const FREQUENCIES = ['ON_DEMAND', 'REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'] as const;

/** What an applicant must say. [R12.2] */
export type Asked = Pick<
  GrantScope,
  'items' | 'rowFilter' | 'mask' | 'actions' | 'purposes' | 'scopeOfKnowledge' | 'systems' | 'period' | 'limits'
> &
  Readonly<{
    /** The law by which the applicant has the duty. [R10.1] */
    dutyBasis: string;
    securityMeasures: string;
    method: (typeof METHODS)[number];
    frequency: (typeof FREQUENCIES)[number];
  }>;

/** The provider's time to answer, counted in working days from receipt. [R12.3] */
export type AnswerClock = Readonly<{ workingDays: number; dueAt: string; provisional: boolean }>;

export type SharingApplication = Readonly<{
  id: string;
  resourceId: string;
  applicantId: string;
  providerId: string;
  status: SharingApplicationStatus;
  asked: Asked;
  submittedBy: string;
  /** Delivery to the provider; never moves. [R12.8] */
  receivedAt: string;
  clock: AnswerClock;
  decision: Readonly<{
    by: string;
    at: string;
    grantId: string;
    narrowed: readonly string[];
    statutoryBasis: string | null;
  }> | null;
  withdrawnBy: string | null;
  rulePack: string;
  revision: number;
}>;

/** What must be known of the applicant. */
export type Applicant = Readonly<{
  id: string;
  admission: Admission;
  pledgeVersion: string | null;
  pledgeValidUntil: string | null;
  hasResponsibleUnit: boolean;
  duties: readonly Duty[];
}>;

/** What the provider may set otherwise than asked, and its own rule on matter numbers. */
export type Terms = Partial<
  Pick<
    Asked,
    'items' | 'rowFilter' | 'mask' | 'actions' | 'purposes' | 'scopeOfKnowledge' | 'systems' | 'period' | 'limits'
  >
> &
  Readonly<{ matterNumber: GrantScope['matterNumber']; statutoryBasis: string | null }>;

const NEXT: Readonly<Record<SharingApplicationStatus, readonly SharingApplicationStatus[]>> = {
  SUBMITTED: ['CONSENTED', 'WITHDRAWN'],
  CONSENTED: [],
  WITHDRAWN: [],
};

/** Is there anything to apply for, and may this department? */
export function checkMayApply(resource: ResourceState, applicant: Applicant, now: Date): void {
  if (applicant.admission === 'SUSPENDED' || applicant.admission === 'REVOKED')
    throw new Refusal('access.admission_suspended');
  if (applicant.admission !== 'ACTIVE') throw new Refusal('access.not_admitted');
  const pledge = pledgeStanding(applicant, now.getTime());
  if (pledge !== 'valid') throw new Refusal(`access.pledge_${pledge}`);
  if (!applicant.hasResponsibleUnit) throw new Refusal('access.no_responsible_unit');
  if (resource.providerId === applicant.id) throw new Refusal('application.own_resource');
  if (resource.specialRegime !== null) throw new Refusal('access.special_regime');
  if (resource.sharingType === 'NOT_SHARED') throw new Refusal('access.not_shared');
  // Article 11: used directly, at once, for a registered duty. An application would only delay it.
  if (resource.sharingType === 'UNCONDITIONAL') throw new Refusal('application.direct_use', { about: [resource.id] });
}

/** @param asked checked against the resource; @param rules in force for the provider */
export function submit(
  given: Readonly<{ id: string; asked: Asked }>,
  resource: ResourceState,
  applicant: Applicant,
  rules: Readonly<{ pack: RulePack; calendars: readonly WorkingDayCalendar[] }>,
  by: Principal,
  now: Date,
): Readonly<{ state: SharingApplication; event: SharingApplicationSubmitted }> {
  const officer = officerWith(['SUBMITTER'], by);
  const { id, asked } = given;
  const registered = applicant.duties.flatMap((duty) => duty.purposes);
  const foreign = asked.purposes.filter((purpose) => !registered.includes(purpose));
  if (foreign.length > 0) throw new Refusal('application.purpose_not_registered', { about: foreign });
  const { units, posts, officers } = asked.scopeOfKnowledge;
  if (units.length + posts.length + officers.length === 0) throw new Refusal('application.scope_missing');
  const workingDays = rules.pack.replyWorkingDays;
  const due = addWorkingDays(now, workingDays, rules.calendars);
  const state: SharingApplication = {
    id,
    resourceId: resource.id,
    applicantId: applicant.id,
    providerId: resource.providerId,
    status: 'SUBMITTED',
    asked,
    submittedBy: officer,
    receivedAt: now.toISOString(),
    clock: { workingDays, dueAt: due.date.toISOString(), provisional: due.provisional },
    decision: null,
    withdrawnBy: null,
    rulePack: rules.pack.reference,
    revision: 1,
  };
  const event: SharingApplicationSubmitted = {
    type: 'authorisation.sharing-application-submitted.v1',
    key: id,
    at: state.receivedAt,
    data: {
      ...subject(state),
      items: asked.items,
      purposes: asked.purposes,
      receivedAt: state.receivedAt,
      dueAt: state.clock.dueAt,
      provisional: due.provisional,
      rulePack: state.rulePack,
      revision: 1,
      by: officer,
    },
  };
  return { state, event };
}

/**
 * The provider consents. What it sets may only lie inside what was asked; where it lies truly inside, less is given
 * than asked, which is a refusal in part and needs the same statutory basis. [R10.4, R12.7]
 */
export function consent(
  application: SharingApplication,
  terms: Terms,
  grantId: string,
  by: Principal,
  now: Date,
): Readonly<{ state: SharingApplication; scope: GrantScope; event: SharingApplicationConsented }> {
  if (by.departmentId === application.applicantId) throw new Refusal('application.own_case');
  if (by.departmentId !== application.providerId) throw new Refusal('application.not_provider');
  const officer = officerWith(['REVIEWER'], by);
  if (officer === application.submittedBy) throw new Refusal('application.own_submission');
  checkOpen(application, 'CONSENTED');
  const { matterNumber, statutoryBasis, ...set } = terms;
  const {
    dutyBasis: _basis,
    securityMeasures: _measures,
    method: _method,
    frequency: _frequency,
    ...asked
  } = application.asked;
  const { resourceId, providerId, applicantId: holderId } = application;
  const whole: GrantScope = { resourceId, providerId, holderId, recipientOwnerId: null, matterNumber, ...asked };
  const scope: GrantScope = { ...whole, ...set };
  const wider = scopeWithin(scope, whole).map(({ dimension }) => dimension);
  if (wider.length > 0) throw new Refusal('application.wider_than_asked', { about: wider });
  const narrowed = scopeWithin(whole, scope).map(({ dimension }) => dimension);
  if (narrowed.length > 0 && !statutoryBasis)
    throw new Refusal('application.statutory_basis_missing', { about: narrowed });
  const at = now.toISOString();
  if (scope.period.until <= at) throw new Refusal('application.period_invalid');
  const state: SharingApplication = {
    ...application,
    status: 'CONSENTED',
    decision: { by: officer, at, grantId, narrowed, statutoryBasis },
    revision: application.revision + 1,
  };
  const event: SharingApplicationConsented = {
    type: 'authorisation.sharing-application-consented.v1',
    key: state.id,
    at,
    data: { ...subject(state), grantId, narrowed, statutoryBasis, revision: state.revision, by: officer },
  };
  return { state, scope, event };
}

/** The applicant takes it back before it is decided. */
export function withdraw(application: SharingApplication, by: Principal, now: Date) {
  if (by.departmentId !== application.applicantId) throw new Refusal('application.not_applicant');
  const officer = officerWith(['SUBMITTER'], by);
  checkOpen(application, 'WITHDRAWN');
  const state: SharingApplication = {
    ...application,
    status: 'WITHDRAWN',
    withdrawnBy: officer,
    revision: application.revision + 1,
  };
  const event: SharingApplicationWithdrawn = {
    type: 'authorisation.sharing-application-withdrawn.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), revision: state.revision, by: officer },
  };
  return { state, event };
}

/** The parties, and who oversees the region of one of them. */
export const isKnownTo = (
  { applicantId, providerId }: Pick<SharingApplication, 'applicantId' | 'providerId'>,
  regions: readonly string[],
  by: Principal,
): boolean =>
  [applicantId, providerId].includes(by.departmentId) || regions.some((regionCode) => oversees(by, regionCode));

function checkOpen({ status }: SharingApplication, to: SharingApplicationStatus): void {
  if (!NEXT[status].includes(to)) throw new Refusal('application.already_decided', { about: [status] });
}

const subject = ({ id, resourceId, applicantId, providerId }: SharingApplication) => ({
  applicationId: id,
  resourceId,
  applicantId,
  providerId,
});
