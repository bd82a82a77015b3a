import type { Action, Limits, Mask } from './policy';
import type { RefusalCode } from './refusals';
import type { RowFilter } from './row-filter';

/** A use, named: who, what, for what. [R13.4] */
export type Use = Readonly<{
  /** Registered system that calls, null when an officer calls with their own token. */
  systemId: string | null;
  /** Department acted for. */
  departmentId: string;
  /** Officer bound in the token or asserted by the system in the `Officer` header. */
  officerId: string | null;
  officerAsserted: boolean;
  resourceId: string;
  action: Action;
  /** Items to return; null asks for `fields=granted` (whatever the grant gives). */
  items: readonly string[] | null;
  /** Items filtered or sorted on. */
  touchedItems: readonly string[];
  /** The moment whose state is read, in UTC with milliseconds; absent for the present. */
  asOf?: string;
  purpose: string | null;
  matterNumber: string | null;
  /** Address of this very connection, null when unknown. */
  address: string | null;
  /** Thumbprint of the client certificate of this very connection, null when none. */
  certificate: string | null;
  tokenId: string | null;
  /** OAuth client of the token; null for a push by messages, which has none. */
  clientId: string | null;
  /** Session of the person whose token it is, null when the token names none. */
  sessionId: string | null;
}>;

export type Reason = Readonly<{
  code: RefusalCode;
  /** Requirement number, e.g. `R12.7`. */
  requirement: string;
  /** What the reason is about: item codes, an id. */
  about?: readonly string[];
}>;

/** What the exchange must enforce in the query. */
export type Obligations = Readonly<{
  /** Exactly the items that may leave, in the order of the entry. */
  items: readonly string[];
  rowFilter: RowFilter | null;
  mask: Mask;
  limits: Limits;
}>;

export type Decision =
  | Readonly<{
      effect: 'permit';
      /** The way it is permitted. */
      basis: 'own' | 'unconditional' | 'grant' | 'push' | 'permit';
      grantId: string | null;
      /** The permit of a release to society, which is the one use without a caller. [R13.3] */
      permitId?: string;
      /** Requirement the permit rests on. */
      requirement: string;
      obligations: Obligations;
    }>
  | Readonly<{ effect: 'deny'; reasons: readonly Reason[] }>
  | Readonly<{ effect: 'indeterminate'; reasons: readonly Reason[] }>;
