import type { Role, ServiceName } from '@qiongtong/contracts';

/** Roles a caller needs one of; `anyone` is every registered caller; `public` needs no token. */
export type Admittance = readonly Role[] | 'anyone' | 'public';

export type Route = Readonly<{ method: string; path: string; service: ServiceName; admits: Admittance }>;

const AUTHORITY = ['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY'] as const satisfies readonly Role[];
const PROVINCE = ['PROVINCIAL_AUTHORITY', 'LEADING_GROUP'] as const satisfies readonly Role[];
const DESK = ['RESPONSIBLE_OFFICER', ...AUTHORITY] as const satisfies readonly Role[];
const SUBMITTER = ['SUBMITTER'] as const satisfies readonly Role[];
const REVIEWER = ['REVIEWER'] as const satisfies readonly Role[];
/** Authorities of every level, for what may be an authority's own case. [R14.10] */
const CONSENTING = ['LEADING_GROUP', ...AUTHORITY] as const satisfies readonly Role[];
/** Who acts for a department on what others' uses of its data come to. */
const UNIT = ['REVIEWER', 'RESPONSIBLE_OFFICER'] as const satisfies readonly Role[];
/** Who pushes for a department, and who answers for what it provides. */
const PROVIDING = ['SYSTEM', 'SUBMITTER', 'RESPONSIBLE_OFFICER'] as const satisfies readonly Role[];
const WATCHERS = ['REVIEWER', ...DESK] as const satisfies readonly Role[];
const STOPPERS = [
  'LEADING_GROUP',
  'PLATFORM_OPERATOR',
  'RESPONSIBLE_OFFICER',
  'REVIEWER',
  ...AUTHORITY,
] as const satisfies readonly Role[];

const route = (service: ServiceName, method: string, path: string, admits: Admittance): Route => ({
  method,
  path,
  service,
  admits,
});

/**
 * Every route of the services behind the gateway with its coarse check; what is not here does not exist outside.
 * Whose object it is, is the service's to check, always.
 */
export const ROUTES: readonly Route[] = [
  route('authorisation', 'POST', '/v1/organisations', AUTHORITY),
  route('authorisation', 'GET', '/v1/organisations', 'anyone'),
  route('authorisation', 'GET', '/v1/organisations/:id', 'anyone'),
  route('authorisation', 'PATCH', '/v1/organisations/:id', CONSENTING),
  route('authorisation', 'PUT', '/v1/organisations/:id/duties', CONSENTING),
  route('authorisation', 'POST', '/v1/organisations/:id/responsible-units', DESK),
  route('authorisation', 'POST', '/v1/officers', DESK),
  route('authorisation', 'GET', '/v1/officers', DESK),
  route('authorisation', 'GET', '/v1/officers/:id', 'anyone'),
  route('authorisation', 'PATCH', '/v1/officers/:id', DESK),
  route('authorisation', 'POST', '/v1/systems', DESK),
  route('authorisation', 'GET', '/v1/systems', 'anyone'),
  route('authorisation', 'GET', '/v1/systems/:id', 'anyone'),
  route('authorisation', 'PATCH', '/v1/systems/:id', DESK),
  route('authorisation', 'POST', '/v1/systems/:id/attestation', CONSENTING),
  route('authorisation', 'GET', '/v1/pledge-texts/current', 'anyone'),
  route('authorisation', 'POST', '/v1/access-applications', SUBMITTER),
  route('authorisation', 'GET', '/v1/access-applications', 'anyone'),
  route('authorisation', 'GET', '/v1/access-applications/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/access-applications/:id/approval', PROVINCE),
  route('authorisation', 'POST', '/v1/access-applications/:id/rejection', PROVINCE),
  route('authorisation', 'POST', '/v1/sharing-applications', SUBMITTER),
  route('authorisation', 'GET', '/v1/sharing-applications', 'anyone'),
  route('authorisation', 'GET', '/v1/sharing-applications/:id', 'anyone'),
  route('authorisation', 'PATCH', '/v1/sharing-applications/:id', SUBMITTER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/submission', SUBMITTER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/supplement', SUBMITTER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/offer/acceptance', SUBMITTER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/offer/rejection', SUBMITTER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/withdrawal', SUBMITTER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/review', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/supplement-request', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/consent', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/offer', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/partial-consent', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/refusal', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/proposal/withdrawal', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-applications/:id/extension', REVIEWER),
  route('authorisation', 'POST', '/v1/sharing-application-batches', SUBMITTER),
  route('authorisation', 'GET', '/v1/sharing-application-batches/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/standing-consents', SUBMITTER),
  route('authorisation', 'GET', '/v1/standing-consents', 'anyone'),
  route('authorisation', 'GET', '/v1/standing-consents/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/standing-consents/:id/approval', REVIEWER),
  route('authorisation', 'POST', '/v1/standing-consents/:id/rejection', REVIEWER),
  route('authorisation', 'POST', '/v1/standing-consents/:id/withdrawal', REVIEWER),
  route('authorisation', 'POST', '/v1/review-delegations', UNIT),
  route('authorisation', 'GET', '/v1/review-delegations', 'anyone'),
  route('authorisation', 'GET', '/v1/review-delegations/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/review-delegations/:id/end', UNIT),
  route('authorisation', 'GET', '/v1/consent-cases', 'anyone'),
  route('authorisation', 'GET', '/v1/consent-cases/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/consent-cases/:id/consent', CONSENTING),
  route('authorisation', 'POST', '/v1/consent-cases/:id/non-consent', CONSENTING),
  route('authorisation', 'GET', '/v1/grants', 'anyone'),
  route('authorisation', 'GET', '/v1/grants/:id', 'anyone'),
  route('authorisation', 'GET', '/v1/grants/:id/chain', 'anyone'),
  route('authorisation', 'POST', '/v1/grants/:id/revocation', REVIEWER),
  route('authorisation', 'POST', '/v1/grants/:id/suspension', REVIEWER),
  route('authorisation', 'POST', '/v1/grants/:id/resumption', REVIEWER),
  route('authorisation', 'POST', '/v1/grants/:id/amendment', REVIEWER),
  route('authorisation', 'POST', '/v1/grants/:id/proposals/:caseId/withdrawal', REVIEWER),
  route('authorisation', 'POST', '/v1/grants/:id/relinquishment', UNIT),
  route('authorisation', 'POST', '/v1/grants/:id/renewal-request', SUBMITTER),
  route('authorisation', 'POST', '/v1/grants/:id/renewal', REVIEWER),
  route('authorisation', 'POST', '/v1/grants/:id/review', UNIT),
  route('authorisation', 'POST', '/v1/grants/:id/disposal-report', UNIT),
  route('authorisation', 'POST', '/v1/onward-transfers', SUBMITTER),
  route('authorisation', 'GET', '/v1/onward-transfers', 'anyone'),
  route('authorisation', 'GET', '/v1/onward-transfers/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/onward-transfers/:id/authorisation', REVIEWER),
  route('authorisation', 'POST', '/v1/onward-transfers/:id/rejection', REVIEWER),
  route('authorisation', 'POST', '/v1/onward-transfers/:id/withdrawal', SUBMITTER),

  route('authorisation', 'GET', '/v1/agreements', 'anyone'),
  route('authorisation', 'GET', '/v1/agreements/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/agreements/:id/acceptance', UNIT),
  route('authorisation', 'POST', '/v1/publication-requests', SUBMITTER),
  route('authorisation', 'GET', '/v1/publication-requests', 'anyone'),
  route('authorisation', 'GET', '/v1/publication-requests/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/publication-requests/:id/consent', REVIEWER),
  route('authorisation', 'POST', '/v1/publication-requests/:id/rejection', REVIEWER),
  route('authorisation', 'POST', '/v1/publication-requests/:id/withdrawal', SUBMITTER),
  route('authorisation', 'GET', '/v1/publication-permits', 'anyone'),
  route('authorisation', 'GET', '/v1/publication-permits/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/publication-permits/:id/withdrawal', REVIEWER),
  route('authorisation', 'POST', '/v1/stops', STOPPERS),
  route('authorisation', 'GET', '/v1/stops', 'anyone'),
  route('authorisation', 'GET', '/v1/stops/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/stops/:id/confirmation', CONSENTING),
  route('authorisation', 'POST', '/v1/stops/:id/lift', STOPPERS),

  route('authorisation', 'GET', '/v1/misuse-alerts', 'anyone'),
  route('authorisation', 'GET', '/v1/misuse-alerts/:id', 'anyone'),
  route('authorisation', 'POST', '/v1/misuse-alerts/:id/acknowledgement', WATCHERS),
  route('authorisation', 'POST', '/v1/misuse-alerts/:id/dismissal', WATCHERS),
  route('authorisation', 'POST', '/v1/misuse-alerts/:id/confirmation', WATCHERS),

  route('catalogue', 'POST', '/v1/catalogue/entries', SUBMITTER),
  route('catalogue', 'GET', '/v1/catalogue/entries', 'anyone'),
  route('catalogue', 'GET', '/v1/catalogue/entries/:id', 'anyone'),
  route('catalogue', 'PATCH', '/v1/catalogue/entries/:id', SUBMITTER),
  route('catalogue', 'PUT', '/v1/catalogue/entries/:id/secrecy-review', ['SUBMITTER', 'RESPONSIBLE_OFFICER']),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/internal-review', ['RESPONSIBLE_OFFICER']),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/submission', SUBMITTER),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/review', PROVINCE),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/approval', PROVINCE),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/return', PROVINCE),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/publication', ['SUBMITTER', 'RESPONSIBLE_OFFICER']),
  route('catalogue', 'POST', '/v1/catalogue/entries/:id/withdrawal', ['RESPONSIBLE_OFFICER']),

  route('exchange', 'GET', '/v1/resources/:id/batches', 'anyone'),
  route('exchange', 'GET', '/v1/resources/:id/batches/:batchId', 'anyone'),
  route('exchange', 'GET', '/v1/resources/:id/batches/:batchId/quarantine', 'anyone'),
  route('exchange', 'POST', '/v1/resources/:id/batches/:batchId/cancellation', PROVIDING),

  route('audit', 'GET', '/v1/audit/key', 'public'),
  route('audit', 'GET', '/v1/audit/checkpoint', 'public'),
  route('audit', 'GET', '/v1/audit/entries', 'anyone'),
  route('audit', 'GET', '/v1/audit/entries/:index', 'anyone'),
  route('audit', 'GET', '/v1/audit/proofs/inclusion', 'anyone'),
  route('audit', 'GET', '/v1/audit/proofs/consistency', 'anyone'),
  route('audit', 'GET', '/v1/audit/accesses/:decisionId', 'anyone'),
  route('audit', 'GET', '/v1/audit/gaps', ['AUDITOR', ...PROVINCE]),
  route('audit', 'GET', '/v1/audit/log', ['AUDITOR', ...PROVINCE]),
];
