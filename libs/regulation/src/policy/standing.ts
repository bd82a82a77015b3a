import type { Admission, OrganisationState, RefusalCode } from '@qiongtong/contracts';
import { pledgeStanding } from './pledges';

/** What must be known of a department that is to use what others provide. */
export type Standing = Pick<
  OrganisationState,
  'admission' | 'pledgeVersion' | 'pledgeValidUntil' | 'hasResponsibleUnit'
>;

/**
 * The first thing that a department lacks to use anything at all; null when nothing. What is applied for or published
 * is held against the same as every use will be. [R11.3, R15.1]
 */
export function lacksForUse(department: Standing, now: Date): RefusalCode | null {
  const { admission, hasResponsibleUnit } = department;
  const lacking = lacksAdmission(admission);
  if (lacking) return lacking;
  const pledge = pledgeStanding(department, now.getTime());
  if (pledge !== 'valid') return `access.pledge_${pledge}`;
  return hasResponsibleUnit ? null : 'access.no_responsible_unit';
}

/** What it lacks of the admission itself; a value that is none admits nobody. [R11.3] */
export function lacksAdmission(admission: Admission) {
  if (admission === 'SUSPENDED') return 'access.admission_suspended';
  if (admission === 'REVOKED') return 'access.admission_revoked';
  return admission === 'ACTIVE' ? null : 'access.not_admitted';
}
