import { Refusal, type ConsentOutcome } from '@qiongtong/contracts';
import type { Calendars } from '@qiongtong/regulation';
import { extendClock } from './answer-clock';
import { proposerOf, type OpenedCase } from './proposal';
import { isOverdue, type Reviewing } from './review';
import { acted, type Outcome, type SharingApplication } from './sharing-application';
import { checkMayAct } from './transitions';

/** Asked for once, in time, and for no more days than the rules know. [Order 809 Art 21] */
export function checkExtension(application: SharingApplication, workingDays: number, now: Date): void {
  checkMayAct('ASK_FOR_EXTENSION', application.status);
  const longest = application.rules!.replyExtensionWorkingDays;
  if (longest === 0) throw new Refusal('application.extension_not_provided_for', { about: [application.rulePack!] });
  if (workingDays > longest) throw new Refusal('application.extension_too_long', { about: [String(longest)] });
  if (application.extension) throw new Refusal('application.extension_asked_before');
  if (isOverdue(application, now)) throw new Refusal('application.answer_overdue');
}

export function askForExtension(
  application: SharingApplication,
  { workingDays, reason }: Readonly<{ workingDays: number; reason: string }>,
  opened: OpenedCase,
  reviewing: Reviewing,
  now: Date,
): Outcome {
  const by = proposerOf(application, reviewing);
  checkExtension(application, workingDays, now);
  const at = now.toISOString();
  const changes = { extension: { by, at, caseId: opened.id, workingDays, reason, outcome: 'PROPOSED' as const } };
  const told = { caseId: opened.id, workingDays };
  return acted('ASK_FOR_EXTENSION', application, { changes, fact: 'extension-requested', told, by }, now);
}

/** With the authority's consent, and the applicant is told. Receipt does not move. [R12.8] */
export function extend(application: SharingApplication, by: string, calendars: Calendars, now: Date): Outcome {
  const { caseId, workingDays } = application.extension!;
  const given = { rules: application.rules!, receivedAt: application.receivedAt!, calendars };
  const clock = extendClock(application.clock!, workingDays, given, now);
  const changes = { clock, extension: { ...application.extension!, outcome: 'CONSENTED' as const } };
  const { dueAt, provisional } = clock;
  return acted(
    'AUTHORITY_EXTENDS',
    application,
    { changes, fact: 'extended', told: { caseId, workingDays, dueAt, provisional }, by },
    now,
  );
}

export function extensionNotConsented(
  application: SharingApplication,
  outcome: Exclude<ConsentOutcome, 'TAKEN_BACK'>,
  by: string,
  now: Date,
): Outcome {
  const { caseId } = application.extension!;
  const changes = { extension: { ...application.extension!, outcome: 'NOT_CONSENTED' as const } };
  const told = { caseId, outcome };
  return acted('AUTHORITY_DOES_NOT_EXTEND', application, { changes, fact: 'extension-ended', told, by }, now);
}
