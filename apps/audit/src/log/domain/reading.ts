import { Refusal, type LogRead, type Principal, type Role } from '@qiongtong/contracts';

/** Which entries a caller may read: all of the log, or those that concern one department. */
export type Reading = Readonly<{ by: string; departmentId: string; scope: 'all' | 'own' }>;

const WHOLE_LOG: readonly Role[] = ['AUDITOR', 'PROVINCIAL_AUTHORITY'];
const OWN_DEPARTMENT: readonly Role[] = ['REVIEWER', 'RESPONSIBLE_OFFICER'];

/** Systems read no log, whatever roles they carry; people read as far as their role reaches. [R14.3, R14.7, R14.9] */
export function readingOf(principal: Principal): Reading {
  const { officerId, departmentId, roles } = principal;
  const holds = (needed: readonly Role[]): boolean => needed.some((role) => roles.includes(role));
  if (officerId === null || !(holds(WHOLE_LOG) || holds(OWN_DEPARTMENT)))
    throw new Refusal('access.role_required', { about: [...WHOLE_LOG, ...OWN_DEPARTMENT] });
  return { by: officerId, departmentId, scope: holds(WHOLE_LOG) ? 'all' : 'own' };
}

/** The export and the gaps show the whole log to those who may read all of it. */
export function readingOfAll(principal: Principal): Reading {
  const reading = readingOf(principal);
  if (reading.scope !== 'all') throw new Refusal('access.role_required', { about: WHOLE_LOG });
  return reading;
}

/** That somebody read the log, as an entry of it. [R14.9] */
export const logRead = (
  { by, departmentId, scope }: Reading,
  read: Pick<LogRead['data'], 'what' | 'asked' | 'shown'>,
  now: Date,
): LogRead => ({
  type: 'audit.log-read.v1',
  key: by,
  at: now.toISOString(),
  data: { by, departmentId, scope, ...read },
});
