import type { RefusalCode, Role } from '@qiongtong/contracts';
import type { DepartmentId } from '../province/bodies';
import type { ThingName } from './things';

/**
 * What is answered to somebody whose thing it is not:
 * - `as unknown`: exactly what is answered for an id that nobody has
 * - `not listed`: a list without it, in which the party finds it
 * - a code of refusal
 * - `open`: nothing is kept from them, and why that is so; what is read is read by the test, what is done is not
 */
export type Answered = 'as unknown' | 'not listed' | RefusalCode | Readonly<{ open: string }>;

/** Ids of the thing, in the order of its places in path and query; or others, of which nobody has one. */
type Ids = readonly string[];

/** One route of the API, and how it refuses. Keyed in its table by method and path as its OpenAPI document has them. */
export type RouteCase = Readonly<{
  /** Roles of which a caller needs one, at the gateway; `anyone` registered; or `public`, and why that is so. */
  admits: readonly Role[] | 'anyone' | Readonly<{ public: string }>;
  /** The world's thing whose ids stand in path and query; none for a route that names nothing. */
  thing?: ThingName;
  /** After the path, e.g. `?organisationId={id}`. */
  query?: string;
  /** A body that lacks nothing, so that what is refused is the caller. */
  body?: object | ((ids: Ids) => object);
  ifMatch?: true;
  /** The party whose act it is; by default the first of the thing's. */
  by?: DepartmentId;
  /** What the thing's other party is answered, who knows of it and may not do this. */
  otherParty?: Answered;
  /** What the party's own are answered in a post that this is not for, at the service itself. */
  wrongRole?: RefusalCode;
  /** A department of the same region with every post, that has nothing to do with it. */
  otherDepartment: Answered;
  /** The authority of another region, with every post of a department besides. */
  otherRegion: Answered;
}>;

export type RouteTable = Readonly<Record<string, RouteCase>>;

export const AUTHORITIES = ['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY'] as const satisfies readonly Role[];
export const PROVINCE = ['PROVINCIAL_AUTHORITY', 'LEADING_GROUP'] as const satisfies readonly Role[];
export const EVERY_AUTHORITY = ['LEADING_GROUP', ...AUTHORITIES] as const satisfies readonly Role[];
export const SUBMITTER = ['SUBMITTER'] as const satisfies readonly Role[];
export const REVIEWER = ['REVIEWER'] as const satisfies readonly Role[];
export const RESPONSIBLE = ['RESPONSIBLE_OFFICER'] as const satisfies readonly Role[];
export const UNIT = ['REVIEWER', 'RESPONSIBLE_OFFICER'] as const satisfies readonly Role[];
export const DESK = ['RESPONSIBLE_OFFICER', ...AUTHORITIES] as const satisfies readonly Role[];

/** It is kept from everybody but its parties and who oversees them. */
export const KEPT = { otherDepartment: 'as unknown', otherRegion: 'as unknown' } as const;
export const UNLISTED = { otherDepartment: 'not listed', otherRegion: 'not listed' } as const;
const open = (why: string) => ({ open: why });
export const openTo = (why: string) => ({ otherDepartment: open(why), otherRegion: open(why) });
/** A role that no department has: the service refuses it itself, to whoever passes by the gateway. */
export const ROLE_ALONE = { otherDepartment: 'access.role_required', otherRegion: 'access.role_required' } as const;
