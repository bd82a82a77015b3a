import type { AuthorisationFact } from './facts-authorisation';
import type { StatutoryBasis } from './facts-consents';

export const ORGANISATION_CHANGE_KINDS = ['RENAME', 'MERGER', 'SPLIT', 'ABOLITION'] as const;
/** What a decision makes of organisations (机构变更): renamed, merged, split, abolished. */
export type OrganisationChangeKind = (typeof ORGANISATION_CHANGE_KINDS)[number];

type ChangeTold = {
  changeId: string;
  kind: OrganisationChangeKind;
  /** Bodies that it changes, and those that something goes to. */
  organisationIds: readonly string[];
  successorIds: readonly string[];
  /** The decision document; its day and the day from which it has effect, both in Hainan. */
  documentNumber: string;
  documentDate: string;
  effectiveOn: string;
};
export type OrganisationChangeDecided = AuthorisationFact<
  'organisation-change-decided',
  ChangeTold & { authorityId: string }
>;
export type OrganisationChangeCancelled = AuthorisationFact<'organisation-change-cancelled', ChangeTold>;
/** Its day has come and it cannot be carried out as decided; told once for each reason. */
export type OrganisationChangeBlocked = AuthorisationFact<
  'organisation-change-blocked',
  ChangeTold & { code: string; about: readonly string[] }
>;

/** Where the catalogue's entries of the bodies go: those listed, and whatever else a body has. null: withdrawn. */
export type EntryAllotment = Readonly<{
  listed: readonly Readonly<{ entryId: string; toId: string | null }>[];
  rest: readonly Readonly<{ fromId: string; toId: string | null }>[];
  /** The law on which entries are withdrawn without a successor. */
  withdrawals: readonly Readonly<{ entryId: string; statutoryBasis: readonly Pick<StatutoryBasis, 'law' | 'article'>[] }>[];
}>; // prettier-ignore
export type OrganisationChangeBegun = AuthorisationFact<
  'organisation-change-begun',
  ChangeTold & { decidedBy: string; authorityId: string; entries: EntryAllotment }
>;
export type OrganisationChangeCarriedOut = AuthorisationFact<
  'organisation-change-carried-out',
  ChangeTold & {
    decidedBy: string;
    authorityId: string;
    entries: EntryAllotment;
    counts: Readonly<Record<string, number>>;
  }
>;

/** The former name is kept with the body and shown where old facts are shown. `changeId` null: its entry was corrected. */
export type OrganisationRenamed = AuthorisationFact<
  'organisation-renamed',
  { organisationId: string; formerName: string; name: string; changeId: string | null }
>;
export type OrganisationEnded = AuthorisationFact<
  'organisation-ended',
  { organisationId: string; successorIds: readonly string[]; changeId: string }
>;

/**
 * Something that was open goes on under other bodies. Its clocks run on from where they began.
 *
 * `former` names what each changed field said before.
 */
export type Passed<Name extends string, Subject> = AuthorisationFact<
  `${Name}-passed`,
  Subject & { changeId: string; former: Readonly<Record<string, string>> }
>;
export type SystemPassed = Passed<
  'system',
  { systemId: string; departmentId: string; ownerId: string; provides: readonly string[]; status: string }
>;

export type AnyOrganisationChangeFact =
  | OrganisationChangeDecided
  | OrganisationChangeCancelled
  | OrganisationChangeBlocked
  | OrganisationChangeBegun
  | OrganisationChangeCarriedOut
  | OrganisationRenamed
  | OrganisationEnded
  | SystemPassed;
