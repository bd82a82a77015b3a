import { ACCESS_REFUSALS } from './access';
import { ACCESS_REVIEW_REFUSALS } from './access-reviews';
import { ADMISSION_REFUSALS } from './admissions';
import { AGREEMENT_REFUSALS } from './agreement';
import { AUDIT_REFUSALS } from './audit';
import { AUTHORISATION_REFUSALS } from './authorisation';
import { CALENDAR_REFUSALS } from './calendar';
import { CATALOGUE_REFUSALS } from './catalogue';
import { CATALOGUE_IMPORT_REFUSALS } from './catalogue-imports';
import { CATALOGUE_SEARCH_REFUSALS } from './catalogue-search';
import { CATALOGUE_WORKFLOW_REFUSALS } from './catalogue-workflow';
import { CATALOGUE_SYSTEM_REFUSALS } from './catalogue-system';
import { CHANNEL_REFUSALS } from './channel';
import { COLLECTION_REFUSALS } from './collection';
import { CONSENT_REFUSALS } from './consents';
import { EXCHANGE_REFUSALS } from './exchange';
import type { RefusalEntry } from './entry';
import { EXPORT_REFUSALS } from './exports';
import { GRANT_REFUSALS } from './grants';
import { MISUSE_REFUSALS } from './misuse';
import { PUBLICATION_REFUSALS } from './publication';
import { QUERY_REFUSALS } from './queries';
import { REQUEST_REFUSALS } from './request';
import { TRANSFER_REFUSALS } from './transfer';
import { UPLOAD_REFUSALS } from './uploads';
import { RULE_REFUSALS } from './rules';
import { USE_RULE_REFUSALS } from './use-rules';
import { STOP_REFUSALS } from './stops';
import { DISPOSAL_REFUSALS } from './disposals';
import { SUBSCRIPTION_REFUSALS } from './subscriptions';
import { SUCCESSION_REFUSALS } from './succession';
import { SHARING_APPLICATION_REFUSALS } from './sharing-applications';

export type { RefusalEntry, RefusalKind } from './entry';

/** The one table of refusal codes. */
export const REFUSALS = {
  ...REQUEST_REFUSALS,
  ...ACCESS_REFUSALS,
  ...USE_RULE_REFUSALS,
  ...MISUSE_REFUSALS,
  ...ACCESS_REVIEW_REFUSALS,
  ...ADMISSION_REFUSALS,
  ...AUTHORISATION_REFUSALS,
  ...CATALOGUE_REFUSALS,
  ...CATALOGUE_IMPORT_REFUSALS,
  ...CATALOGUE_SEARCH_REFUSALS,
  ...CATALOGUE_WORKFLOW_REFUSALS,
  ...CATALOGUE_SYSTEM_REFUSALS,
  ...CHANNEL_REFUSALS,
  ...COLLECTION_REFUSALS,
  ...CONSENT_REFUSALS,
  ...EXCHANGE_REFUSALS,
  ...EXPORT_REFUSALS,
  ...QUERY_REFUSALS,
  ...DISPOSAL_REFUSALS,
  ...SUBSCRIPTION_REFUSALS,
  ...GRANT_REFUSALS,
  ...AUDIT_REFUSALS,
  ...PUBLICATION_REFUSALS,
  ...TRANSFER_REFUSALS,
  ...UPLOAD_REFUSALS,
  ...AGREEMENT_REFUSALS,
  ...STOP_REFUSALS,
  ...SUCCESSION_REFUSALS,
  ...SHARING_APPLICATION_REFUSALS,
  ...CALENDAR_REFUSALS,
  ...RULE_REFUSALS,
} satisfies Record<string, RefusalEntry>;
export type RefusalCode = keyof typeof REFUSALS;

export type RefusalDetails = Readonly<{
  /** What it is about: item codes, ids. Never a value of the data. */
  about?: readonly string[];
  /** Per-field errors of a body: JSON pointer and what is expected. */
  errors?: readonly Readonly<{ pointer: string; message: string }>[];
  retryAfterSeconds?: number;
}>;

/** A rule said no. Thrown by domain functions and services, mapped to problem+json in one place. */
export class Refusal extends Error {
  readonly entry: RefusalEntry;
  constructor(
    readonly code: RefusalCode,
    readonly details: RefusalDetails = {},
  ) {
    super(`${code}: ${REFUSALS[code].en}`);
    this.name = 'Refusal';
    this.entry = REFUSALS[code];
  }
}
