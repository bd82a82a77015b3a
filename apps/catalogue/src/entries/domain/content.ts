import {
  ALWAYS_REQUIRED,
  Refusal,
  type DeliveryMode,
  type Item,
  type ResourceState,
  type SharingType,
  type UpdateCycle,
} from '@qiongtong/contracts';
import { validCreditCode } from '@qiongtong/regulation';
import { checkItems } from './items';
import { personalNumbersIn } from './personal-number';

export const SHARING_TYPES = ['UNCONDITIONAL', 'CONDITIONAL', 'NOT_SHARED'] as const satisfies SharingType[];
export const DELIVERY_MODES = [
  'HOSTED',
  'EXCHANGE_CHANNEL',
  'REFERENCE_ONLY',
  'NONE',
] as const satisfies DeliveryMode[];
export const SHARING_METHODS = ['API', 'BATCH', 'FILE'] as const;
export const FORMAT_CATEGORIES = [
  'DOCUMENT',
  'SPREADSHEET',
  'DATABASE',
  'GRAPHIC',
  'STREAMING',
  'SELF_DESCRIBED',
  'SERVICE',
] as const;
export const UPDATE_MODES = ['REALTIME', 'SCHEDULED'] as const;
export const DATA_LEVELS = ['L1', 'L2', 'L3', 'L4'] as const;
export const PERSONAL_INFO = ['NONE', 'PERSONAL', 'SENSITIVE'] as const;
export const ORIGINS = ['COLLECTED', 'GENERATED', 'DIRECTLY_MANAGED'] as const;
export const SPECIAL_REGIMES = ['GEOGRAPHIC_INFORMATION', 'PUBLIC_SECURITY_VIDEO'] as const satisfies NonNullable<
  ResourceState['specialRegime']
>[];
/** What other departments learn of a published entry: all of it, all but its items, or nothing. */
export const METADATA_VISIBILITIES = ['ALL', 'SUMMARY', 'HIDDEN'] as const;

type OneOf<T extends readonly unknown[]> = T[number];

/** A law that says so. [R3.2, R10.2] */
export type LegalBasis = Readonly<{
  law: string;
  article: string;
  documentNumber: string;
  /** SHA-256, hex, of the document attached, null when none is. */
  attachmentDigest: string | null;
}>;

/** The rule of the special regime, its own way of sharing, and whom to ask. [R22.2] */
export type GoverningRule = Readonly<{ title: string; documentNumber: string; wayOfSharing: string; contact: string }>;

/** What an entry says: core metadata of the national guide, and what the measures add. A draft may leave gaps (null). */
export type Content = Readonly<{
  /** Class, and what is below it where it has that: `1-02`, `3`, `2-03-001-01`. */
  classification: string;
  name: string;
  nameEn: string | null;
  /** Unified social credit code; some bodies have none. */
  providerCode: string | null;
  abstract: string | null;
  formatCategory: OneOf<typeof FORMAT_CATEGORIES> | null;
  items: readonly Item[];
  sharingType: SharingType;
  sharingCondition: string | null;
  sensitivityReason: string | null;
  legalBasis: LegalBasis | null;
  sharingMethods: readonly OneOf<typeof SHARING_METHODS>[];
  deliveryMode: DeliveryMode | null;
  openToSociety: boolean;
  opennessCondition: string | null;
  updateCycle: UpdateCycle | null;
  updateMode: OneOf<typeof UPDATE_MODES> | null;
  /** How it is confirmed each month that nothing changed, where the cycle is longer than a month. */
  monthlyConfirmation: string | null;
  relatedCodes: readonly string[];
  dataLevel: OneOf<typeof DATA_LEVELS> | null;
  personalInfo: OneOf<typeof PERSONAL_INFO> | null;
  /** The duty from which it arises. */
  dutyBasis: string | null;
  origin: OneOf<typeof ORIGINS> | null;
  /** Ids of the resources whose obtained data it re-provides. */
  derivedFrom: readonly string[];
  specialRegime: OneOf<typeof SPECIAL_REGIMES> | null;
  governingRule: GoverningRule | null;
  matterNumberPerSubject: boolean;
  metadataVisibility: OneOf<typeof METADATA_VISIBILITIES>;
}>;
export type ContentChange = Partial<Content>;

/** An empty form: shared without condition unless the department says otherwise. [R3.1] */
const EMPTY: Omit<Content, 'classification' | 'name'> = {
  nameEn: null,
  providerCode: null,
  abstract: null,
  formatCategory: null,
  items: [],
  sharingType: 'UNCONDITIONAL',
  sharingCondition: null,
  sensitivityReason: null,
  legalBasis: null,
  sharingMethods: [],
  deliveryMode: null,
  openToSociety: false,
  opennessCondition: null,
  updateCycle: null,
  updateMode: null,
  monthlyConfirmation: null,
  relatedCodes: [],
  dataLevel: null,
  personalInfo: null,
  dutyBasis: null,
  origin: null,
  derivedFrom: [],
  specialRegime: null,
  governingRule: null,
  matterNumberPerSubject: false,
  metadataVisibility: 'ALL',
};

export const newContent = (given: ContentChange & Pick<Content, 'classification' | 'name'>): Content =>
  changedContent({ ...EMPTY, classification: given.classification, name: given.name }, given);

/** Applies a change. The update mode follows the cycle unless it is named. */
export function changedContent(content: Content, change: ContentChange): Content {
  const updateMode = change.updateCycle && change.updateMode === undefined ? modeOf(change.updateCycle) : undefined;
  return { ...content, ...change, ...(updateMode && { updateMode }) };
}

const modeOf = (cycle: NonNullable<Content['updateCycle']>) => (cycle === 'REALTIME' ? 'REALTIME' : 'SCHEDULED');

/** How an entry may be delivered. [R9.1, R22.2] */
export function deliveryModesOf(
  sharingType: SharingType,
  specialRegime: Content['specialRegime'],
): readonly DeliveryMode[] {
  if (sharingType === 'NOT_SHARED') return ['NONE'];
  if (specialRegime) return ['REFERENCE_ONLY'];
  return sharingType === 'UNCONDITIONAL' ? ['HOSTED'] : ['HOSTED', 'EXCHANGE_CHANNEL'];
}

/**
 * Refuses content that contradicts itself or a rule; gaps are allowed until it is to be submitted.
 *
 * @param codeStays its code was given under another class, which is not its own doing
 */
export function checkContent(id: string, content: Content, codeStays = false): void {
  const { sharingType, specialRegime, deliveryMode, updateCycle, updateMode } = content;
  if (!codeStays && !codeFits(id, content.classification))
    throw new Refusal('catalogue.code_outside_classification', { about: [content.classification] });
  if (content.providerCode !== null && !validCreditCode(content.providerCode))
    throw new Refusal('catalogue.provider_code_invalid', { about: ['providerCode'] });
  if (deliveryMode !== null && !deliveryModesOf(sharingType, specialRegime).includes(deliveryMode))
    throw new Refusal('catalogue.delivery_mode_not_allowed', { about: [sharingType, deliveryMode] });
  if (sharingType === 'UNCONDITIONAL' && (said(content.sharingCondition) || said(content.sensitivityReason)))
    throw new Refusal('catalogue.condition_on_unconditional');
  if (updateCycle !== null && updateMode !== null && updateMode !== modeOf(updateCycle))
    throw new Refusal('catalogue.update_mode_mismatch', { about: [updateCycle, updateMode] });
  if (!VISIBILITY_OF[sharingType].includes(content.metadataVisibility))
    throw new Refusal('catalogue.visibility_too_narrow', { about: [content.metadataVisibility] });
  const personal = personalNumbersIn(content);
  if (personal.length > 0) throw new Refusal('catalogue.personal_number', { about: personal });
  if (content.derivedFrom.includes(id)) throw new Refusal('catalogue.derived_from_unknown', { about: [id] });
  checkItems(content.items, deliveryMode === 'HOSTED');
}

const codeFits = (id: string, classification: string): boolean => id.startsWith(classification.replaceAll('-', ''));

/**
 * Whether a changed content keeps its code, whatever its class is now. A revision of the catalogue system moves classes
 * and leaves codes; from where it led to, and out of a class that is no more, a department may choose another one.
 */
export const codeStays = (id: string, before: Content, after: Content, classEnded: boolean): boolean =>
  before.classification === after.classification || classEnded || !codeFits(id, before.classification);

/** An entry nobody can find is an entry nobody can ask for: only what is not shared may be hidden. [R3.1] */
const VISIBILITY_OF: Readonly<Record<SharingType, readonly Content['metadataVisibility'][]>> = {
  UNCONDITIONAL: ['ALL'],
  CONDITIONAL: ['ALL', 'SUMMARY'],
  NOT_SHARED: ['ALL', 'SUMMARY', 'HIDDEN'],
};

/** Refuses content that is not ready to be submitted. [R7.3] */
export function checkComplete(content: Content): void {
  const missing: string[] = ALWAYS_REQUIRED.filter((field) => !isSaid(content[field]));
  const delivered = content.deliveryMode === 'HOSTED' || content.deliveryMode === 'EXCHANGE_CHANNEL';
  if (delivered && content.sharingMethods.length === 0) missing.push('sharingMethods');
  if (missing.length > 0) throw new Refusal('catalogue.incomplete', { about: missing });

  if (content.sharingType === 'CONDITIONAL' && !(said(content.sharingCondition) && said(content.sensitivityReason)))
    throw new Refusal('catalogue.condition_missing');
  if (content.sharingType === 'NOT_SHARED' && content.legalBasis === null)
    throw new Refusal('catalogue.legal_basis_missing');
  if (content.specialRegime !== null && content.governingRule === null)
    throw new Refusal('catalogue.governing_rule_missing', { about: [content.specialRegime] });
  const slower = content.updateCycle === 'QUARTERLY' || content.updateCycle === 'YEARLY';
  if (slower && !said(content.monthlyConfirmation)) throw new Refusal('catalogue.monthly_confirmation_missing');
  if (content.deliveryMode === 'HOSTED' && !content.items.some((item) => item.key))
    throw new Refusal('catalogue.key_item_missing');
}

const said = (text: string | null): boolean => text !== null && text.trim() !== '';
const isSaid = (value: string | readonly unknown[] | null): boolean =>
  typeof value === 'string' || value === null ? said(value) : value.length > 0;

/** Refuses data said to derive from resources that were never in the catalogue. [R13.6] */
export function checkDerivation(content: Content, oncePublished: readonly string[]): void {
  const unknown = content.derivedFrom.filter((id) => !oncePublished.includes(id));
  if (unknown.length > 0) throw new Refusal('catalogue.derived_from_unknown', { about: unknown });
}
