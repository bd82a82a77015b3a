import { Injectable } from '@nestjs/common';
import { oversees, OVERSEERS, type Principal } from '@qiongtong/contracts';
import { LivePolicy } from '../policy/live-policy';

/** Departments whose tasks somebody may see, as provider or as user; null for all of them. */
export type Scope = ReadonlySet<string> | null;

/**
 * Who sees which tasks: the operator all, an authority those of bodies in its jurisdiction, a department its own. They are
 * about work and never hold data. [R4.1, R14.7]
 */
@Injectable()
export class TaskScope {
  constructor(private readonly policy: LivePolicy) {}

  of(by: Principal): Scope {
    if (by.officerId !== null && by.roles.includes('PLATFORM_OPERATOR')) return null;
    if (by.officerId === null || !OVERSEERS.some((role) => by.roles.includes(role))) return new Set([by.departmentId]);
    const bodies = [...this.policy.index.all('policy.organisations')]
      .filter(({ regionCode }) => oversees(by, regionCode))
      .map(({ id }) => id);
    return new Set([by.departmentId, ...bodies]);
  }
}

export const isWithin = (scope: Scope, parties: readonly (string | null)[]): boolean =>
  scope === null || parties.some((party) => party !== null && scope.has(party));
