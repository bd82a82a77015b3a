/** Roles a body or an officer may hold. Right = role × jurisdiction (a subtree of regions). */
export const ROLES = [
  'PROVINCIAL_AUTHORITY',
  'LOCAL_AUTHORITY',
  'LEADING_GROUP',
  'PLATFORM_OPERATOR',
  'AUDITOR',
  'RESPONSIBLE_OFFICER',
  'REVIEWER',
  'SUBMITTER',
  'SYSTEM',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that a body holds, with dates, and its officers exercise; the others belong to officers inside a department. [R4.5] */
export const BODY_ROLES = [
  'PROVINCIAL_AUTHORITY',
  'LOCAL_AUTHORITY',
  'LEADING_GROUP',
  'PLATFORM_OPERATOR',
  'AUDITOR',
] as const satisfies readonly Role[];

/**
 * Who calls, as the gateway resolved it from the token and its projections. Carried in hop tokens, so that a
 * service rarely looks one up. A token carries identity only: `departmentId` and `roles` come from appointments in force.
 */
export type Principal = Readonly<{
  kind: 'officer' | 'system';
  /** Officer bound in the token (kind officer), else null. */
  officerId: string | null;
  /** Registered system = OAuth client_id (kind system), else null. */
  systemId: string | null;
  /** The organisation acted for. */
  departmentId: string;
  /** Six digits of GB/T 2260, e.g. 460000. */
  regionCode: string;
  roles: readonly Role[];
  /** Token id (`jti`), for the record. */
  tokenId: string;
  /** OAuth client that got the token: a system's own id, or the application a person signed in with. */
  clientId?: string | null;
  /** The person's session (`sid`); a token need not name one. */
  sessionId?: string | null;
}>;

/** Name of the caller for logs and facts: the officer's or the system's id. */
export function actorOf(principal: Principal): string {
  return principal.officerId ?? principal.systemId ?? 'unknown';
}
