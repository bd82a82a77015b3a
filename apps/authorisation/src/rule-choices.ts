import { PlatformConfig } from '@qiongtong/platform';
import { joinRules, OPEN_RULES, RULE_PACKS, RULES, type ChosenRules, type OpenRule } from '@qiongtong/regulation';
import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';

/** As the platform's own reading of the measures has it. */
const DEFAULTS = joinRules([RULE_PACKS[0]!]);

/** One of the readings, or a whole number of the range, that the law leaves open. */
function Choice(rule: OpenRule) {
  const { open } = RULES[rule];
  if (!open) throw new Error(`${rule} leaves nothing open`);
  if ('from' in open)
    return applyDecorators(
      Type(() => Number),
      IsInt(),
      Min(open.from),
      Max(open.to),
    );
  const said = new Map<unknown, unknown>(open.readings.map((reading) => [String(reading), reading]));
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => said.get(value) ?? value),
    IsIn([...open.readings]),
  );
}

/** Where the measures can be read in more than one lawful way, the deployment says how it reads them. (A.3) */
export class RuleChoices extends PlatformConfig {
  /** Which authority consents to a refusal: that of the provider's level, or always the provincial one. [R12.5] */
  @Choice('refusalAuthority')
  REFUSAL_AUTHORITY = DEFAULTS.refusalAuthority;

  /** The authority's own time to answer; the measures name none. [R12.8] */
  @Choice('authorityConsentWorkingDays')
  AUTHORITY_CONSENT_WORKING_DAYS = DEFAULTS.authorityConsentWorkingDays;

  /** Must that answer fall inside the provider's time? Then a refusal that waits longer leaves the provider overdue. [R12.8] */
  @Choice('consentWithinReplyTime')
  CONSENT_WITHIN_REPLY_TIME = DEFAULTS.consentWithinReplyTime;

  /** Does the provider's time stand still while the applicant completes the application? [R12.8] */
  @Choice('supplementPauses')
  SUPPLEMENT_PAUSES = DEFAULTS.supplementPauses;

  /** Hours after which an emergency measure lapses unless the authority confirmed it. [R10.4] */
  @Choice('emergencyConfirmHours')
  EMERGENCY_CONFIRM_HOURS = DEFAULTS.emergencyConfirmHours;

  /** What the provider's silence comes to; a consent by silence is no lawful reading. [R12.4] */
  @Choice('providerSilence')
  PROVIDER_SILENCE = DEFAULTS.providerSilence;

  /** Who decides on an onward transfer. [R13.2] */
  @Choice('transferDecidedBy')
  TRANSFER_DECIDED_BY = DEFAULTS.transferDecidedBy;

  /** How data that changes more slowly than each month meets the monthly floor. [R8.3] */
  @Choice('slowerThanFloor')
  SLOWER_THAN_FLOOR = DEFAULTS.slowerThanFloor;

  /** Is an entry of the catalogue reviewed by the authority before it is published? [R7.1] */
  @Choice('authorityReviewsBeforePublication')
  AUTHORITY_REVIEWS_BEFORE_PUBLICATION = DEFAULTS.authorityReviewsBeforePublication;

  /** What a suspension of approvals covers, and how long. [R20.1] */
  @Choice('approvalSuspension')
  APPROVAL_SUSPENSION = DEFAULTS.approvalSuspension;

  /** Are complaints of persons and enterprises taken in? [R18.1] */
  @Choice('complaintsByPersons')
  COMPLAINTS_BY_PERSONS = DEFAULTS.complaintsByPersons;
}

/** The key by which each is chosen. */
export const KEY_OF = {
  refusalAuthority: 'REFUSAL_AUTHORITY',
  authorityConsentWorkingDays: 'AUTHORITY_CONSENT_WORKING_DAYS',
  consentWithinReplyTime: 'CONSENT_WITHIN_REPLY_TIME',
  supplementPauses: 'SUPPLEMENT_PAUSES',
  emergencyConfirmHours: 'EMERGENCY_CONFIRM_HOURS',
  providerSilence: 'PROVIDER_SILENCE',
  transferDecidedBy: 'TRANSFER_DECIDED_BY',
  slowerThanFloor: 'SLOWER_THAN_FLOOR',
  authorityReviewsBeforePublication: 'AUTHORITY_REVIEWS_BEFORE_PUBLICATION',
  approvalSuspension: 'APPROVAL_SUSPENSION',
  complaintsByPersons: 'COMPLAINTS_BY_PERSONS',
} as const satisfies Readonly<Record<OpenRule, keyof RuleChoices>>;

export const chosenRules = (config: RuleChoices): ChosenRules =>
  Object.fromEntries(OPEN_RULES.map((rule) => [rule, config[KEY_OF[rule]]])) as ChosenRules;
