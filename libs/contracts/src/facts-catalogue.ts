import type { Fact } from './fact';
import type { CatalogueSystemFact } from './facts-catalogue-system';
import type { DeliveryMode, ResourceState, SharingType } from './policy';

/**
 * Facts of catalogue entries. Up to publication they carry ids only: an entry that turns out to be secret is wiped from
 * the catalogue, and what was once said on a topic could not be. [R2.2]
 */
type EntryFact<Name extends string, Extra = unknown> = Fact<
  `catalogue.${Name}.v1`,
  Readonly<{
    entryId: string;
    providerId: string;
    /** Revision of the entry that this fact made. */
    revision: number;
    /** Officer who did it. */
    by: string;
  }> &
    Extra
>;

export type EntryDrafted = EntryFact<'entry-drafted'>;
export type EntryRevised = EntryFact<'entry-revised'>;
export type SecrecyReviewDeclared = EntryFact<'secrecy-review-declared', Readonly<{ conclusion: 'NON_SECRET' }>>;
export type EntryInternallyReviewed = EntryFact<'entry-internally-reviewed'>;
export type EntrySubmitted = EntryFact<'entry-submitted', Readonly<{ rulePack: string }>>;
export type EntryReviewStarted = EntryFact<'entry-review-started', Readonly<{ organisationId: string }>>;
export type EntryApproved = EntryFact<'entry-approved', Readonly<{ organisationId: string }>>;
export type EntryReturned = EntryFact<'entry-returned', Readonly<{ organisationId: string }>>;
export type EntryPublished = EntryFact<
  'entry-published',
  Readonly<{
    name: string;
    sharingType: SharingType;
    deliveryMode: DeliveryMode;
    items: readonly string[];
    publishedOn: string;
    /** The first is 1; a later one takes the place of the one before. */
    version: number;
  }>
>;
/** The next version of a published entry, which stays in force until that is published. */
export type RevisionStarted = EntryFact<'revision-started', Readonly<{ version: number }>>;
export type RevisionAbandoned = EntryFact<'revision-abandoned', Readonly<{ version: number }>>;
export type WithdrawalGround = 'MISUSE' | 'DUTY_ENDED' | 'STATUTORY';
export type EntryWithdrawn = EntryFact<
  'entry-withdrawn',
  Readonly<{
    ground: WithdrawalGround;
    /** The authority that consented, on a statutory cause; null otherwise. [R10.4] */
    consentedBy: string | null;
  }>
>;
/** A provider wants to take an entry back on a statutory cause; it stays until the authority has answered. [R10.4] */
export type WithdrawalProposed = EntryFact<
  'withdrawal-proposed',
  Readonly<{ statutoryBasis: readonly Readonly<{ law: string; article: string }>[] }>
>;
export type WithdrawalWithheld = EntryFact<'withdrawal-withheld', Readonly<{ organisationId: string }>>;
export type WithdrawalRetracted = EntryFact<'withdrawal-retracted'>;

/** It is withdrawn when that time has come, unless it is called back before. [R10.4] */
export type WithdrawalScheduled = EntryFact<
  'withdrawal-scheduled',
  Readonly<{ ground: WithdrawalGround; consentedBy: string | null; effectiveAt: string }>
>;
export type WithdrawalCalledBack = EntryFact<'withdrawal-called-back'>;

type EntryClass = Pick<ResourceState, 'sharingType' | 'specialRegime'>;
/** The published version is of a stricter class than the one before, on a law and with the authority's consent. [R10.4] */
export type ClassMadeStricter = EntryFact<
  'class-made-stricter',
  Readonly<{
    version: number;
    from: EntryClass;
    to: EntryClass;
    statutoryBasis: readonly Readonly<{ law: string; article: string }>[];
    consentedBy: string;
  }>
>;
/** Told to the holder of a grant of what it may no longer use as before, or will not. [R10.4] */
export type GrantAffected = EntryFact<
  'grant-affected',
  Readonly<{
    cause: 'NARROWED' | 'WITHDRAWAL_SCHEDULED' | 'WITHDRAWAL_CALLED_BACK' | 'WITHDRAWN';
    grantId: string;
    holderId: string;
    /** Of the grant's items, those it concerns. */
    items: readonly string[];
    version: number;
    /** From when on. */
    effectiveAt: string;
  }>
>;

/** Told to a department that uses, without a grant, what is shared without condition. [R10.4] */
export type UserAffected = EntryFact<
  'user-affected',
  Readonly<{
    cause: GrantAffected['data']['cause'];
    departmentId: string;
    /** Of the resource's items, those it concerns. */
    items: readonly string[];
    version: number;
    /** From when on. */
    effectiveAt: string;
  }>
>;

/** Another body provides it from now on, by a decision on organisations; who was known before stays with the entry. */
export type EntryPassed = EntryFact<'entry-passed', Readonly<{ changeId: string; formerProviderId: string }>>;

/**
 * A registration was refused for secrecy. Only who, when and which rule are kept. The entry is named when facts named
 * it before, so that its trail has an end. [R2.2, R2.3]
 */
export type RegistrationRefused = Fact<
  'catalogue.registration-refused.v1',
  Readonly<{
    refusalId: string;
    rule: 'R2.2' | 'R2.3';
    organisationId: string;
    by: string;
    entryId: string | null;
    /** The draft itself is gone from the catalogue. */
    wiped: boolean;
  }>
>;

export const ENTRY_CLOCK_KINDS = ['UPDATE', 'REVIEW', 'YEARLY_REVIEW'] as const;
/** Update after a change that was noticed; review and publication of what was handed in; look whether it is still right. */
export type EntryClockKind = (typeof ENTRY_CLOCK_KINDS)[number];
export const ENTRY_CLOCK_STATES = ['ON_TIME', 'DUE_SOON', 'OVERDUE'] as const;
export type EntryClockState = (typeof ENTRY_CLOCK_STATES)[number];

type ClockFact<Name extends string, Extra> = Fact<
  `catalogue.${Name}.v1`,
  Readonly<{ entryId: string; providerId: string }> & Readonly<Extra>
>;
/** Null where the rules that bind the provider name no time. */
type Due = { dueAt: string | null; provisional: boolean };
export type ChangeNoticed = ClockFact<'change-noticed', Due & { by: string; noticedOn: string }>;
export type UpdateExtensionAsked = ClockFact<'update-extension-asked', { by: string; workingDays: number }>;
export type UpdateExtensionAnswered = ClockFact<
  'update-extension-answered',
  Due & { by: string; organisationId: string; consented: boolean }
>;
/** The provider looked at the published version, and it is still right. [R8.5] */
export type EntryConfirmed = ClockFact<'entry-confirmed', { by: string; version: number }>;
/** Something about an entry has become due soon or overdue, or another calendar moved its time. Nobody did it. */
export type EntryClockChanged = ClockFact<
  'entry-clock-changed',
  Due & { kind: EntryClockKind; state: EntryClockState }
>;

export type CatalogueFact =
  | CatalogueSystemFact
  | EntryDrafted
  | EntryRevised
  | SecrecyReviewDeclared
  | EntryInternallyReviewed
  | EntrySubmitted
  | EntryReviewStarted
  | EntryApproved
  | EntryReturned
  | EntryPublished
  | RevisionStarted
  | RevisionAbandoned
  | EntryWithdrawn
  | WithdrawalProposed
  | WithdrawalWithheld
  | WithdrawalRetracted
  | WithdrawalScheduled
  | WithdrawalCalledBack
  | ClassMadeStricter
  | GrantAffected
  | UserAffected
  | EntryPassed
  | ChangeNoticed
  | UpdateExtensionAsked
  | UpdateExtensionAnswered
  | EntryConfirmed
  | EntryClockChanged
  | RegistrationRefused;
