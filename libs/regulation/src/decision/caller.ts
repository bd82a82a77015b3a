import type { Reason, SystemState } from '@qiongtong/contracts';
import { pledgeStanding } from '../policy/pledges';
import { heldNow } from '../policy/principals';
import { lacksAdmission } from '../policy/standing';
import { stopsOnCaller } from '../policy/stops';
import { isRegisteredAddress } from './addresses';
import { reason, type Question } from './question';

/** Who calls, whatever they want: registered, not stopped, the system itself, the officer in office. [R14.6, R14.7] */
export function callerReasons(question: Question, reasons: Reason[]): void {
  const { policy, use, now, department, system } = question;
  if (!department) reasons.push(reason('access.caller_unknown', [use.departmentId]));
  const stops = stopsOnCaller(policy, use, system?.ownerId, now);
  if (stops.length > 0) reasons.push(reason('access.stopped', stops));
  // A body that no longer exists neither uses nor provides; a suspended one still provides. [R11.5]
  if (department?.status === 'ABOLISHED') reasons.push(reason('access.organisation_inactive', [department.id]));
  if (department && department.kind !== 'DEPARTMENT') reasons.push(reason('access.not_a_department', [department.id]));

  if (use.systemId !== null && (!system || system.departmentId !== use.departmentId))
    reasons.push(reason('access.caller_unknown', [use.systemId]));
  if (system) systemReasons(question, system, reasons);
  officerReasons(question, reasons);
}

/** The using department may use: admitted, pledged, with a responsible unit, not suspended. [R11.3, R15.1] */
export function admissionReasons({ department, now }: Question, reasons: Reason[]): void {
  if (!department) return;
  if (department.status === 'SUSPENDED') reasons.push(reason('access.organisation_inactive', [department.id]));
  const lacking = lacksAdmission(department.admission);
  if (lacking) reasons.push(reason(lacking, [department.id]));
  const pledge = pledgeStanding(department, now);
  if (pledge !== 'valid') reasons.push(reason(`access.pledge_${pledge}`, [department.id]));
  if (department.hasResponsibleUnit !== true) reasons.push(reason('access.no_responsible_unit', [department.id]));
}

function systemReasons({ policy, use, thirdParty }: Question, system: SystemState, reasons: Reason[]): void {
  if (system.status !== 'ACTIVE') reasons.push(reason('access.system_inactive', [system.id]));
  if (system.ownerAttested !== true) reasons.push(reason('access.owner_not_attested', [system.ownerId]));
  if (thirdParty !== null && policy.organisation(thirdParty)?.status !== 'ACTIVE')
    reasons.push(reason('access.organisation_inactive', [thirdParty]));
  const strange: string[] = [];
  if (!isRegisteredAddress(system, use.address)) strange.push('address');
  if (system.certificates.length > 0 && !system.certificates.some((known) => known === use.certificate))
    strange.push('certificate');
  if (strange.length > 0) reasons.push(reason('access.address_not_registered', strange));
}

/** Bound in the token or named by the system: either way somebody in office in this department now. */
function officerReasons({ policy, use, now }: Question, reasons: Reason[]): void {
  if (use.officerId === null) {
    if (use.systemId === null) reasons.push(reason('access.caller_unknown'));
    return;
  }
  const officer = policy.officer(use.officerId);
  if (
    officer?.status === 'ACTIVE' &&
    heldNow(policy, officer, now).some((held) => held.organisationId === use.departmentId)
  )
    return;
  const code = use.systemId === null ? 'access.appointment_ended' : 'access.officer_unknown';
  reasons.push(reason(code, [use.officerId]));
}
