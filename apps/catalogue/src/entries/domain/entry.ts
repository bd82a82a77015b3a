import {
  Refusal,
  type CatalogueFact,
  type DeliveryMode,
  type ResourceState,
  type Role,
  type WithdrawalGround,
} from '@qiongtong/contracts';
import type { Content, LegalBasis } from './content';
import type { ConfirmedEffects, StricterClass } from './narrowing';
import type { FieldRemark } from './remarks';

export const ENTRY_STATUSES = [
  'DRAFT',
  'INTERNAL_REVIEW',
  'SUBMITTED',
  'UNDER_REVIEW',
  'RETURNED',
  'APPROVED',
  'PUBLISHED',
  'WITHDRAWN',
] as const;
export type EntryStatus = (typeof ENTRY_STATUSES)[number];

export const SECRECY_CONCLUSIONS = ['NON_SECRET', 'STATE_SECRET', 'WORK_SECRET', 'UNDETERMINED'] as const;
export type SecrecyReview = Readonly<{
  reviewer: string;
  unit: string;
  /** The day of the review, `YYYY-MM-DD`. */
  date: string;
  conclusion: (typeof SECRECY_CONCLUSIONS)[number];
}>;

/** An officer did something. */
export type Act = Readonly<{ by: string; at: string }>;
export type Withdrawal = Act &
  Readonly<{
    ground: WithdrawalGround;
    narrative: string;
    basis: LegalBasis | null;
    /** Of the competent authority, for a statutory cause. [R10.4] */
    consent?: AuthorityAnswer;
    /** From when on, RFC 3339, where whoever uses it is given notice; absent where it is at once. */
    effectiveAt?: string;
  }>;
export type ScheduledWithdrawal = Withdrawal & Readonly<{ effectiveAt: string }>;
export type AuthorityAnswer = Act & Readonly<{ organisationId: string; reason: string }>;

/** Handed to the authority, with the rule pack in force then. */
export type Submission = Act &
  Readonly<{
    rulePack: string;
    /** Where the next version is of a stricter class: on which law. [R10.4] */
    stricterClass?: StricterClass;
    /** Where it gives less to who holds grants: that the provider had their list before it. */
    confirmedEffects?: ConfirmedEffects;
  }>;

/** What the authority decided on what was handed to it. */
export type ReviewDecision = Act &
  Readonly<{
    organisationId: string;
    outcome: 'APPROVED' | 'RETURNED';
    remarks: string;
    /** What has to be mended, field by field; absent where nothing was said of any. */
    fieldRemarks?: readonly FieldRemark[];
    /** The legal basis for not sharing was examined. [R3.2] */
    basisExamined?: true;
    /** The rule of the special regime was confirmed to govern it. [R22.2] */
    regimeConfirmed?: true;
    /** Consent to a stricter class than the published one. [R10.4] */
    stricterClassConsented?: true;
  }>;

/** One catalogue entry (目录条目). */
export type Entry = Readonly<{
  id: string;
  resourceCode: string;
  providerId: string;
  status: EntryStatus;
  /** Which version this content is, once it is published; the first is 1. */
  version: number;
  /** Counts what was done with it. */
  revision: number;
  content: Content;
  /** Of exactly this content: a change voids it. */
  secrecyReview: SecrecyReview | null;
  draftedBy: string;
  /** Officer who changed the content last. */
  changedBy: string;
  /** Passed by the responsible unit. */
  internalReview: Act | null;
  submission: Submission | null;
  authorityReview: (Act & Readonly<{ organisationId: string }>) | null;
  decision: ReviewDecision | null;
  publication: Act | null;
  /** The province's calendar day of publication. */
  publishedOn: string | null;
  withdrawal: Withdrawal | null;
  /** On a statutory cause, before the authority; the entry stays published meanwhile. [R10.4] */
  proposedWithdrawal: Withdrawal | null;
  /** Takes effect by itself when its time has come; who uses the entry was told. */
  scheduledWithdrawal: ScheduledWithdrawal | null;
  /** The last one the authority did not consent to. */
  withheldWithdrawal: (Withdrawal & Readonly<{ answer: AuthorityAnswer }>) | null;
  /** Who provided it before, by which decision on organisations it passed on, and when. */
  formerProviders: readonly FormerProvider[];
  updatedAt: string;
}>;
export type FormerProvider = Readonly<{ providerId: string; until: string; changeId: string }>;

export type Decision = Readonly<{
  state: Entry;
  event: CatalogueFact;
  /** What there is to tell besides, after that. */
  also?: readonly CatalogueFact[];
}>;
/** Nothing that was said may be kept, only that it was refused and by which rule. [R2.2, R2.3] */
export type SecrecyRefusal = Readonly<{
  refusedBy: 'R2.2' | 'R2.3';
  /** What becomes of the entry nevertheless. */
  voids?: Decision;
}>;
export type Outcome = Decision | SecrecyRefusal;

/** From which states each act starts, and where it leads. [R7.1] */
export const TRANSITIONS = {
  // A change or a new secrecy review leads back to the draft: whoever reviewed it, reviewed something else.
  revise: { from: ['DRAFT', 'INTERNAL_REVIEW', 'RETURNED'], to: 'DRAFT' },
  declareSecrecyReview: { from: ['DRAFT', 'INTERNAL_REVIEW', 'RETURNED'], to: 'DRAFT' },
  passInternalReview: { from: ['DRAFT'], to: 'INTERNAL_REVIEW' },
  submit: { from: ['INTERNAL_REVIEW'], to: 'SUBMITTED' },
  startReview: { from: ['SUBMITTED'], to: 'UNDER_REVIEW' },
  approve: { from: ['UNDER_REVIEW'], to: 'APPROVED' },
  return: { from: ['UNDER_REVIEW'], to: 'RETURNED' },
  publish: { from: ['APPROVED'], to: 'PUBLISHED' },
  // The next version of a published entry, which stays as it is meanwhile.
  startRevision: { from: ['PUBLISHED'], to: 'DRAFT' },
  abandonRevision: { from: ['DRAFT', 'INTERNAL_REVIEW', 'RETURNED', 'APPROVED'], to: 'PUBLISHED' },
  withdraw: { from: ['PUBLISHED'], to: 'WITHDRAWN' },
  proposeWithdrawal: { from: ['PUBLISHED'], to: 'PUBLISHED' },
  answerWithdrawal: { from: ['PUBLISHED'], to: 'PUBLISHED' },
  scheduleWithdrawal: { from: ['PUBLISHED'], to: 'PUBLISHED' },
  callBackWithdrawal: { from: ['PUBLISHED'], to: 'PUBLISHED' },
  retractWithdrawal: { from: ['PUBLISHED'], to: 'PUBLISHED' },
} as const satisfies Record<string, Readonly<{ from: readonly EntryStatus[]; to: EntryStatus }>>;
export type EntryAct = keyof typeof TRANSITIONS;

/** The body that reviews: the provincial authority, and for its own entries the next level. [R7.1, R14.10] */
export const competentRole = (providerRoles: readonly Role[]): Role =>
  providerRoles.includes('PROVINCIAL_AUTHORITY') ? 'LEADING_GROUP' : 'PROVINCIAL_AUTHORITY';

/** What the gateway and exchange must know of an entry that was published. */
export function resourceState(entry: Entry): ResourceState {
  const { name, sharingType, specialRegime, items, matterNumberPerSubject, derivedFrom, updateCycle } = entry.content;
  return {
    id: entry.id,
    version: entry.revision,
    name,
    providerId: entry.providerId,
    sharingType,
    deliveryMode: deliveryMode(entry),
    status: entry.status === 'PUBLISHED' ? 'PUBLISHED' : 'WITHDRAWN',
    specialRegime,
    // Where an item is collected is nothing to decide a use by.
    items: items.map(({ source: _source, ...item }) => item),
    matterNumberPerSubject,
    derivedFrom,
    updateCycle,
  };
}

export function deliveryMode({ content }: Entry): DeliveryMode {
  if (content.deliveryMode === null) throw new Refusal('catalogue.incomplete', { about: ['deliveryMode'] });
  return content.deliveryMode;
}
