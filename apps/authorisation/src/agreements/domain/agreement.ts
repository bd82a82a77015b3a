import { createHash } from 'node:crypto';
import {
  officerWith,
  Refusal,
  type AgreementAccepted,
  type AgreementDrafted,
  type AgreementEnded,
  type Principal,
} from '@qiongtong/contracts';
import type { GrantScope } from '@qiongtong/regulation';
import { filled, type AgreementFacts, type AgreementTemplate } from './agreement-template';

export const AGREEMENT_STATUSES = ['PENDING', 'ACCEPTED', 'SUPERSEDED', 'VOIDED'] as const;
export type AgreementStatus = (typeof AGREEMENT_STATUSES)[number];

export type Acceptance = Readonly<{
  organisationId: string;
  by: string;
  at: string;
  /** Of the text that was accepted. */
  digest: string;
  /** The place of the electronic signature over the digest; null until certificates sign. [R14.8] */
  signature: null;
}>;

/** Which grant a version amends, and who asked for it. */
export type AgreementAmendment = Readonly<{
  grantId: string;
  /** The grant's scope when the version was drafted. */
  from: GrantScope;
  narrowed: readonly string[];
  widened: readonly string[];
  reason: string;
  by: string;
  organisationId: string;
  at: string;
}>;

/** A sharing agreement (共享使用协议), as one version of its text. [R12.6] */
export type Agreement = Readonly<{
  id: string;
  applicationId: string;
  /** From 1, within one application. */
  version: number;
  /** The version before it. */
  supersedes: string | null;
  providerId: string;
  applicantId: string;
  resourceId: string;
  templateVersion: string;
  text: Readonly<{ zh: string; en: string }>;
  /** SHA-256, hex, over both languages in their canonical form. */
  digest: string;
  /** What the text says, as the grant will have it. */
  scope: GrantScope;
  /** null in the first version, on which the grant is made. */
  amendment: AgreementAmendment | null;
  status: AgreementStatus;
  acceptances: readonly Acceptance[];
  /** The place of the printed form; null until documents are printed. */
  printedForm: null;
  draftedAt: string;
  rulePack: string;
  revision: number;
}>;

/** What must be known of the application that is agreed on. */
export type AgreedApplication = Readonly<{
  id: string;
  applicantId: string;
  providerId: string;
  rulePack: string | null;
  asked: Readonly<{ dutyBasis: string; securityMeasures: string; method: string; frequency: string }>;
}>;
export type Names = Readonly<{
  provider: string;
  applicant: string;
  resource: string;
  items: Readonly<Record<string, string>>;
}>;

const NEXT: Readonly<Record<AgreementStatus, readonly AgreementStatus[]>> = {
  PENDING: ['ACCEPTED', 'SUPERSEDED', 'VOIDED'],
  ACCEPTED: ['SUPERSEDED'],
  SUPERSEDED: [],
  VOIDED: [],
};
const SIGNERS = ['RESPONSIBLE_OFFICER', 'REVIEWER'] as const;

type Given = Readonly<{
  id: string;
  template: AgreementTemplate;
  application: AgreedApplication;
  scope: GrantScope;
  amendment: AgreementAmendment | null;
}>;

/**
 * The next version of the agreement on an application: the first one, or an amendment of the one in force.
 *
 * @param versions all there are, the newest first
 */
export function draft(given: Given, names: Names, versions: readonly Agreement[], now: Date) {
  const { id, template, application, scope, amendment } = given;
  const [newest] = versions;
  const version = (newest?.version ?? 0) + 1;
  // Versions that came to nothing are counted, and take no place.
  const supersedes = (versions.find(({ status }) => status === 'ACCEPTED') ?? newest)?.id ?? null;
  const facts = factsOf(id, version, supersedes, application, scope, names);
  const text = { zh: canonical(filled(template.zh, facts)), en: canonical(filled(template.en, facts)) };
  const state: Agreement = {
    id,
    applicationId: application.id,
    version,
    supersedes,
    providerId: application.providerId,
    applicantId: application.applicantId,
    resourceId: scope.resourceId,
    templateVersion: template.version,
    text,
    digest: digestOf(text),
    scope,
    amendment,
    status: 'PENDING',
    acceptances: [],
    printedForm: null,
    draftedAt: now.toISOString(),
    rulePack: application.rulePack ?? '',
    revision: 1,
  };
  const event: AgreementDrafted = {
    type: 'authorisation.agreement-drafted.v1',
    key: id,
    at: state.draftedAt,
    data: {
      ...subject(state),
      supersedes: state.supersedes,
      templateVersion: template.version,
      digest: state.digest,
      rulePack: state.rulePack,
      amends: amendment?.grantId ?? null,
      revision: 1,
      by: amendment?.by ?? 'platform',
    },
  };
  return { state, event };
}

/**
 * A named officer of one side accepts this very text. With the second side's it is agreed; both sides are never the same
 * person.
 *
 * @param digest of the text that the officer has read
 */
export function accept(agreement: Agreement, digest: string, by: Principal, now: Date) {
  if (![agreement.providerId, agreement.applicantId].includes(by.departmentId))
    throw new Refusal('agreement.not_party');
  // Where a grant exists already, it is the reviewer who gives more, or does with less.
  const officer = officerWith(agreement.amendment ? ['REVIEWER'] : SIGNERS, by);
  if (agreement.status !== 'PENDING') throw new Refusal('agreement.not_pending', { about: [agreement.status] });
  if (agreement.acceptances.some(({ organisationId }) => organisationId === by.departmentId))
    throw new Refusal('agreement.already_accepted');
  const { amendment, acceptances: given } = agreement;
  const ofOtherSide = amendment?.organisationId !== by.departmentId && amendment?.by === officer;
  if (ofOtherSide || given.some((acceptance) => acceptance.by === officer)) throw new Refusal('agreement.same_person');
  if (digest !== agreement.digest) throw new Refusal('agreement.other_text', { about: [agreement.digest] });
  const at = now.toISOString();
  const acceptance: Acceptance = { organisationId: by.departmentId, by: officer, at, digest, signature: null };
  const acceptances = [...given, acceptance];
  const complete = acceptances.length === 2;
  const state: Agreement = {
    ...agreement,
    acceptances,
    status: complete ? 'ACCEPTED' : 'PENDING',
    revision: agreement.revision + 1,
  };
  const event: AgreementAccepted = {
    type: 'authorisation.agreement-accepted.v1',
    key: state.id,
    at,
    data: {
      ...subject(state),
      organisationId: by.departmentId,
      digest,
      complete,
      revision: state.revision,
      by: officer,
    },
  };
  return { state, event };
}

/** Of the provider who consents, of the user who asks: each side proposes in the role in which it does the like. */
export function proposerOf(agreement: Agreement, by: Principal): string {
  const officer = proposing(agreement, by);
  const { status } = agreement;
  if (status !== 'ACCEPTED') throw new Refusal('agreement.not_in_force', { about: [status] });
  return officer;
}

/** The side that proposed an amendment takes it back; a first version goes with its application. */
export function takeBack(agreement: Agreement, by: Principal, now: Date) {
  const officer = proposing(agreement, by);
  const { amendment } = agreement;
  if (!amendment) throw new Refusal('agreement.not_amendment');
  if (amendment.organisationId !== by.departmentId) throw new Refusal('agreement.not_proposer');
  return end(agreement, 'VOIDED', officer, now);
}

function proposing({ providerId, applicantId }: Agreement, by: Principal): string {
  if (![providerId, applicantId].includes(by.departmentId)) throw new Refusal('agreement.not_party');
  return officerWith([by.departmentId === providerId ? 'REVIEWER' : 'SUBMITTER'], by);
}

/** Another version takes its place, or what it was about has ended. What was accepted is only ever superseded. */
export function end(agreement: Agreement, to: 'SUPERSEDED' | 'VOIDED', by: string, now: Date) {
  if (!NEXT[agreement.status].includes(to)) throw new Refusal('agreement.not_pending', { about: [agreement.status] });
  const state: Agreement = { ...agreement, status: to, revision: agreement.revision + 1 };
  const event: AgreementEnded = {
    type: 'authorisation.agreement-ended.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), status: to, revision: state.revision, by },
  };
  return { state, event };
}

/** One text has one form: composed characters, lines that end alike and not in blanks, nothing around them. */
const canonical = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();

export const digestOf = ({ zh, en }: Agreement['text']): string =>
  createHash('sha256').update(`${zh}\n\n${en}\n`, 'utf8').digest('hex');

function factsOf(
  id: string,
  version: number,
  supersedes: string | null,
  application: AgreedApplication,
  scope: GrantScope,
  names: Names,
): AgreementFacts {
  const { asked } = application;
  const { units, posts, officers } = scope.scopeOfKnowledge;
  return {
    agreementId: id,
    version: String(version),
    supersedes: supersedes ?? '—',
    applicationId: application.id,
    providerId: application.providerId,
    providerName: names.provider,
    applicantId: application.applicantId,
    applicantName: names.applicant,
    resourceId: scope.resourceId,
    resourceName: names.resource,
    items: list(scope.items.map((code) => `${names.items[code] ?? code} (${code})`)),
    rows: scope.rowFilter === null ? '—' : JSON.stringify(scope.rowFilter),
    mask: list(Object.entries(scope.mask).map(([item, rule]) => `${item}: ${rule}`)),
    actions: list(scope.actions),
    purposes: list(scope.purposes),
    dutyBasis: asked.dutyBasis,
    units: list(units),
    posts: list(posts),
    officers: list(officers),
    systems: list(scope.systems),
    method: asked.method,
    frequency: asked.frequency,
    from: scope.period.from,
    until: scope.period.until,
    limits: list(Object.entries(scope.limits).map(([limit, most]) => `${limit}: ${String(most)}`)),
    matterNumber: scope.matterNumber,
    securityMeasures: asked.securityMeasures,
    rulePack: application.rulePack ?? '—',
  };
}

/** Nothing listed is no restriction, or nothing of that kind: the text says so by a dash. */
const list = (values: readonly string[]): string => (values.length === 0 ? '—' : values.join(', '));

export const subject = ({ id, applicationId, version, providerId, applicantId, resourceId }: Agreement) => ({
  agreementId: id,
  applicationId,
  version,
  providerId,
  applicantId,
  resourceId,
});
