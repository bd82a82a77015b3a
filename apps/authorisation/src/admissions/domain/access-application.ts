import {
  officerWith,
  oversees,
  Refusal,
  type AccessApplicationApproved,
  type AccessApplicationRejected,
  type AccessApplicationSubmitted,
  type Admission,
  type Principal,
} from '@qiongtong/contracts';
import type { PledgeText } from './pledge-text';

export const ACCESS_APPLICATION_STATUSES = ['SUBMITTED', 'APPROVED', 'REJECTED'] as const;
export type AccessApplicationStatus = (typeof ACCESS_APPLICATION_STATUSES)[number];

/** The written promise of the department, on one version of the text. [R11.2] */
export type Pledge = Readonly<{
  textVersion: string;
  /** Of the text, computed here: what was signed is what was shown. */
  digest: string;
  signerName: string;
  signerPost: string;
  signedAt: string;
}>;

/** A department's application for first access (首次接入申请). [R11.1] */
export type AccessApplication = Readonly<{
  id: string;
  organisationId: string;
  status: AccessApplicationStatus;
  pledge: Pledge;
  submittedBy: string;
  submittedAt: string;
  decision: Readonly<{ by: string; organisationId: string; at: string; reason: string }> | null;
  rulePack: string;
  revision: number;
}>;

/** What must be known of the applicant. */
export type Applicant = Readonly<{
  id: string;
  kind: 'DEPARTMENT' | 'VENDOR';
  regionCode: string;
  admission: Admission;
  pledgeVersion: string | null;
  isProvincialAuthority: boolean;
}>;

const NEXT: Readonly<Record<AccessApplicationStatus, readonly AccessApplicationStatus[]>> = {
  SUBMITTED: ['APPROVED', 'REJECTED'],
  APPROVED: [],
  REJECTED: [],
};

export function submit(
  given: Readonly<{ id: string; textVersion: string; signerName: string; signerPost: string; rulePack: string }>,
  applicant: Applicant,
  current: PledgeText,
  by: Principal,
  now: Date,
): Readonly<{ state: AccessApplication; event: AccessApplicationSubmitted }> {
  const officer = officerWith(['SUBMITTER'], by);
  if (applicant.kind !== 'DEPARTMENT') throw new Refusal('admission.not_department');
  // A suspended department does not let itself in again by applying anew.
  if (applicant.admission === 'SUSPENDED' || applicant.admission === 'REVOKED')
    throw new Refusal('admission.suspended');
  if (applicant.admission === 'ACTIVE' && applicant.pledgeVersion === current.version)
    throw new Refusal('admission.already_active');
  if (given.textVersion !== current.version)
    throw new Refusal('admission.pledge_outdated', { about: [current.version] });
  const at = now.toISOString();
  const state: AccessApplication = {
    id: given.id,
    organisationId: applicant.id,
    status: 'SUBMITTED',
    pledge: {
      textVersion: current.version,
      digest: current.digest,
      signerName: given.signerName,
      signerPost: given.signerPost,
      signedAt: at,
    },
    submittedBy: officer,
    submittedAt: at,
    decision: null,
    rulePack: given.rulePack,
    revision: 1,
  };
  const event: AccessApplicationSubmitted = {
    type: 'authorisation.access-application-submitted.v1',
    key: state.id,
    at,
    data: {
      ...subject(state),
      pledgeVersion: current.version,
      pledgeDigest: current.digest,
      rulePack: given.rulePack,
      revision: 1,
      by: officer,
    },
  };
  return { state, event };
}

export function approve(
  application: AccessApplication,
  applicant: Applicant,
  current: PledgeText,
  by: Principal,
  now: Date,
) {
  const officer = competentOfficer(application, applicant, by);
  checkOpen(application, 'APPROVED');
  // The text may have changed while the application lay there.
  if (application.pledge.textVersion !== current.version)
    throw new Refusal('admission.pledge_outdated', { about: [current.version] });
  const state = decided(application, 'APPROVED', officer, by, '', now);
  const event: AccessApplicationApproved = {
    type: 'authorisation.access-application-approved.v1',
    ...said(state, officer, by),
  };
  return { state, event };
}

export function reject(application: AccessApplication, applicant: Applicant, reason: string, by: Principal, now: Date) {
  const officer = competentOfficer(application, applicant, by);
  checkOpen(application, 'REJECTED');
  const state = decided(application, 'REJECTED', officer, by, reason, now);
  const event: AccessApplicationRejected = {
    type: 'authorisation.access-application-rejected.v1',
    ...said(state, officer, by),
  };
  return { state, event };
}

/** The applicant and who oversees its region; for anybody else it does not exist. */
export const isKnownTo = ({ id, regionCode }: Pick<Applicant, 'id' | 'regionCode'>, by: Principal): boolean =>
  id === by.departmentId || oversees(by, regionCode);

/** Article 11 gives the decision to the province alone; the provincial authority's own goes to the next level. [R14.10] */
function competentOfficer(application: AccessApplication, applicant: Applicant, by: Principal): string {
  if (!isKnownTo(applicant, by)) throw new Refusal('request.not_found');
  if (application.organisationId === by.departmentId) throw new Refusal('admission.own_case');
  const officer = officerWith([applicant.isProvincialAuthority ? 'LEADING_GROUP' : 'PROVINCIAL_AUTHORITY'], by);
  // An officer may hold posts in two bodies: the person counts, not the post.
  if (officer === application.submittedBy) throw new Refusal('admission.own_submission');
  return officer;
}

function checkOpen({ status }: AccessApplication, to: AccessApplicationStatus): void {
  if (!NEXT[status].includes(to)) throw new Refusal('admission.already_decided', { about: [status] });
}

const decided = (
  application: AccessApplication,
  status: AccessApplicationStatus,
  officer: string,
  by: Principal,
  reason: string,
  now: Date,
): AccessApplication => ({
  ...application,
  status,
  decision: { by: officer, organisationId: by.departmentId, at: now.toISOString(), reason },
  revision: application.revision + 1,
});

const subject = ({ id, organisationId }: AccessApplication) => ({ applicationId: id, organisationId });

const said = (state: AccessApplication, officer: string, by: Principal) => ({
  key: state.id,
  at: state.decision!.at,
  data: { ...subject(state), authorityId: by.departmentId, revision: state.revision, by: officer },
});
