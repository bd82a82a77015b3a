import {
  Refusal,
  SLUG,
  touchedItems,
  type Action,
  type Principal,
  type RecordQuery,
  type ResourceState,
  type Use,
} from '@qiongtong/contracts';

/** The headers by which a caller says what the use is for. */
export type UseHeaders = Readonly<{ purpose?: string; officer?: string; matterNumber?: string }>;

/** Where this very connection comes from. */
export type Connection = Readonly<{ address: string | null; certificate: string | null }>;

const PURPOSE = /^[a-z0-9-]{1,64}(\.[a-z0-9-]{1,64}){1,3}$/;
const MATTER_NUMBER_LENGTH = 128;

/**
 * Names a use: who, what, for what. [R13.4]
 *
 * @param byKey the record is asked for by its key, which is a filter on the key items
 */
export function nameUse(
  principal: Principal,
  resourceId: string,
  action: Action,
  query: RecordQuery,
  resource: ResourceState | undefined,
  headers: UseHeaders,
  connection: Connection,
  byKey = false,
): Use {
  const asserted = principal.kind === 'system' ? slugHeader(headers.officer) : null;
  return {
    systemId: principal.systemId,
    departmentId: principal.departmentId,
    officerId: principal.officerId ?? asserted,
    officerAsserted: principal.officerId === null && asserted !== null,
    resourceId,
    action,
    // Nothing named means everything: never silently less than asked.
    items: query.fields === 'granted' ? null : (query.fields ?? resource?.items.map((item) => item.code) ?? []),
    touchedItems: byKey ? keyItems(resource, query) : touchedItems(query),
    ...(query.asOf === null ? {} : { asOf: query.asOf }),
    purpose: purposeHeader(headers.purpose),
    matterNumber: matterNumberHeader(headers.matterNumber),
    address: connection.address,
    certificate: connection.certificate,
    tokenId: principal.tokenId,
    clientId: principal.clientId ?? null,
    sessionId: principal.sessionId ?? null,
  };
}

const keyItems = (resource: ResourceState | undefined, query: RecordQuery): string[] => [
  ...new Set([...(resource?.items ?? []).filter((item) => item.key).map((item) => item.code), ...touchedItems(query)]),
];

function purposeHeader(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (!PURPOSE.test(value)) throw new Refusal('access.header_invalid', { about: ['Purpose'] });
  return value;
}

function slugHeader(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (!SLUG.test(value)) throw new Refusal('access.header_invalid', { about: ['Officer'] });
  return value;
}

/** Percent-encoded UTF-8, because HTTP headers carry no Chinese. */
function matterNumberHeader(value: string | undefined): string | null {
  if (value === undefined) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(value).trim();
  } catch {
    throw new Refusal('access.header_invalid', { about: ['Matter-Number'] });
  }
  if (decoded.length === 0 || decoded.length > MATTER_NUMBER_LENGTH || /\p{Cc}/u.test(decoded))
    throw new Refusal('access.header_invalid', { about: ['Matter-Number'] });
  return decoded;
}
