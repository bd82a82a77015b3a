/** A.3 no. 1: the authority of the provider's level, or always the provincial one. */
export const REFUSAL_AUTHORITIES = ['PROVIDER_LEVEL', 'PROVINCIAL'] as const;
export type RefusalAuthority = (typeof REFUSAL_AUTHORITIES)[number];

/** What the rules fix; null is "in time", "as agreed" or "kept, without a number". */
export type RuleValues = Readonly<{
  unconditionalReplyWorkingDays: number;
  replyWorkingDays: number;
  reminders: readonly number[];
  replyExtensionWorkingDays: number;
  provideWithinWorkingDays: number | null;
  supplementPauses: boolean;
  consentWithinReplyTime: boolean;
  providerSilence: 'ESCALATES';
  refusalNeedsConsent: boolean;
  refusalAuthority: RefusalAuthority;
  authorityConsentWorkingDays: number;
  emergencyConfirmHours: number;
  transferDecidedBy: 'PROVIDER';
  grantReviewMonths: number;
  disposalReportDays: number;
  monthlyFloor: number;
  slowerThanFloor: 'MONTHLY_CONFIRMATION';
  authorityReviewsBeforePublication: boolean;
  catalogueUpdateWorkingDays: number | null;
  catalogueUpdateExtensionWorkingDays: number;
  catalogueReviewWorkingDays: number | null;
  correctionWorkingDays: number | null;
  recordYears: number | null;
  impactAssessmentYears: number | null;
  networkLogMonths: number | null;
  approvalSuspension: 'ALL_PROJECTS_UNTIL_VERIFIED';
  complaintsByPersons: boolean;
}>;
export type RuleName = keyof RuleValues;

export type RuleUnit =
  | 'WORKING_DAYS'
  /** Beginning of these working days since receipt. */
  | 'WORKING_DAYS_SINCE_RECEIPT'
  | 'DAYS'
  | 'HOURS'
  | 'MONTHS'
  | 'YEARS'
  | 'YES_OR_NO'
  | 'CHOICE';

/** What the law leaves open: lawful readings that the platform carries out, or a range of whole numbers. (A.3) */
export type Open<V> = Readonly<{ readings: readonly V[] }> | Readonly<{ from: number; to: number }>;

export type RuleMeaning<V = unknown> = Readonly<{
  unit: RuleUnit;
  requirement: string;
  zh: string;
  en: string;
  /** Which of two values is the stricter one; null where neither is. No value at all is always the laxer. */
  stricter: 'LESS' | 'MORE' | null;
  open: Open<V> | null;
}>;

const rule = <V>(
  unit: RuleUnit,
  requirement: string,
  zh: string,
  en: string,
  stricter: RuleMeaning['stricter'],
  open: Open<V> | null = null,
): RuleMeaning<V> => ({ unit, requirement, zh, en, stricter, open });

/** Every rule that a pack may speak to. A reading that nothing carries out is not offered. */
export const RULES = {
  unconditionalReplyWorkingDays: rule<number>(
    'WORKING_DAYS',
    'R11.4',
    '无条件共享的答复,0为即时',
    'Answer to a request for an unconditional resource; 0 is at once',
    'LESS',
  ),
  replyWorkingDays: rule<number>('WORKING_DAYS', 'R12.3', '有条件共享申请的答复', 'Answer to an application', 'LESS'),
  reminders: rule<readonly number[]>(
    'WORKING_DAYS_SINCE_RECEIPT',
    'R12.4',
    '答复期间的提醒',
    'Reminders while the answer is awaited',
    null,
  ),
  replyExtensionWorkingDays: rule<number>(
    'WORKING_DAYS',
    'R12.3',
    '经同意延长答复的上限,0为不得延长',
    'Longest extension of the answer with consent; 0 is none',
    'LESS',
  ),
  provideWithinWorkingDays: rule<number | null>('WORKING_DAYS', 'R12.3', '同意后提供', 'Provide after consent', 'LESS'),
  supplementPauses: rule<boolean>(
    'YES_OR_NO',
    'R12.8',
    '补正期间暂停答复时限',
    'A supplement pauses the time to answer',
    null,
    { readings: [true, false] },
  ),
  consentWithinReplyTime: rule<boolean>(
    'YES_OR_NO',
    'R12.8',
    '主管部门的同意须在答复时限内取得',
    'The authority’s consent must fall inside the time to answer',
    'MORE',
    { readings: [false, true] },
  ),
  providerSilence: rule<'ESCALATES'>(
    'CHOICE',
    'R12.4',
    '逾期不答复:催办并上报,不视为同意',
    'Silence is told to those above and is never a consent',
    null,
    { readings: ['ESCALATES'] },
  ),
  refusalNeedsConsent: rule<boolean>(
    'YES_OR_NO',
    'R12.5',
    '拒绝须经主管部门同意',
    'A refusal needs the authority’s consent',
    'MORE',
  ),
  refusalAuthority: rule<RefusalAuthority>(
    'CHOICE',
    'R12.5',
    '同意拒绝的主管部门',
    'Which authority consents to a refusal',
    null,
    { readings: REFUSAL_AUTHORITIES },
  ),
  authorityConsentWorkingDays: rule<number>(
    'WORKING_DAYS',
    'R12.8',
    '主管部门自身的答复时限',
    'The authority’s own time to answer',
    'LESS',
    { from: 1, to: 60 },
  ),
  emergencyConfirmHours: rule<number>(
    'HOURS',
    'R10.4',
    '紧急措施未经确认即失效',
    'An emergency measure lapses unless it is confirmed',
    'LESS',
    { from: 1, to: 720 },
  ),
  transferDecidedBy: rule<'PROVIDER'>(
    'CHOICE',
    'R13.2',
    '转送由提供部门决定',
    'Who decides on an onward transfer',
    null,
    { readings: ['PROVIDER'] },
  ),
  grantReviewMonths: rule<number>('MONTHS', 'R8.5', '授权的定期复核', 'Review of a grant', 'LESS'),
  disposalReportDays: rule<number>(
    'DAYS',
    'R8.5',
    '授权终止后报告数据处置',
    'Report on what became of the data of a grant that ended',
    'LESS',
  ),
  monthlyFloor: rule<number>('MONTHS', 'R8.3', '非实时数据的最长更新周期', 'Longest cycle of update', 'LESS'),
  slowerThanFloor: rule<'MONTHLY_CONFIRMATION'>(
    'CHOICE',
    'R8.3',
    '周期更长的数据按月确认无变化',
    'Naturally slower data is confirmed unchanged each month',
    null,
    { readings: ['MONTHLY_CONFIRMATION'] },
  ),
  authorityReviewsBeforePublication: rule<boolean>(
    'YES_OR_NO',
    'R7.1',
    '目录发布前由主管部门审核',
    'The authority reviews an entry before it is published',
    'MORE',
    { readings: [true] },
  ),
  catalogueUpdateWorkingDays: rule<number | null>(
    'WORKING_DAYS',
    'R7.1',
    '变化后更新目录',
    'Update the catalogue after a change',
    'LESS',
  ),
  catalogueUpdateExtensionWorkingDays: rule<number>(
    'WORKING_DAYS',
    'R7.1',
    '经同意延长更新目录的上限',
    'Longest extension of that with consent; 0 is none',
    'LESS',
  ),
  catalogueReviewWorkingDays: rule<number | null>(
    'WORKING_DAYS',
    'R7.1',
    '主管部门审核目录',
    'The authority’s review of an entry',
    'LESS',
  ),
  correctionWorkingDays: rule<number | null>('WORKING_DAYS', 'R8.2', '答复校核申请', 'Answer to a correction', 'LESS'),
  recordYears: rule<number | null>('YEARS', 'R14.9', '使用记录至少保存', 'Records of use are kept at least', 'MORE'),
  impactAssessmentYears: rule<number | null>(
    'YEARS',
    'R14.9',
    '个人信息保护影响评估报告至少保存',
    'Records of impact assessments are kept at least',
    'MORE',
  ),
  networkLogMonths: rule<number | null>(
    'MONTHS',
    'R14.9',
    '网络日志至少保存',
    'Network logs are kept at least',
    'MORE',
  ),
  approvalSuspension: rule<'ALL_PROJECTS_UNTIL_VERIFIED'>(
    'CHOICE',
    'R20.1',
    '暂停审批:全部项目,至整改核实',
    'Approvals are suspended for all projects until rectification is verified',
    null,
    { readings: ['ALL_PROJECTS_UNTIL_VERIFIED'] },
  ),
  complaintsByPersons: rule<boolean>(
    'YES_OR_NO',
    'R18.1',
    '受理公民和企业的投诉',
    'Complaints of persons and enterprises are taken in',
    null,
    { readings: [false] },
  ),
} as const satisfies { readonly [K in RuleName]: RuleMeaning<RuleValues[K]> };

export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];

/** Rules for which the deployment chooses. */
export const OPEN_RULES = [
  'supplementPauses',
  'consentWithinReplyTime',
  'providerSilence',
  'refusalAuthority',
  'authorityConsentWorkingDays',
  'emergencyConfirmHours',
  'transferDecidedBy',
  'slowerThanFloor',
  'authorityReviewsBeforePublication',
  'approvalSuspension',
  'complaintsByPersons',
] as const satisfies readonly RuleName[];
export type OpenRule = (typeof OPEN_RULES)[number];
export type ChosenRules = Readonly<Partial<Pick<RuleValues, OpenRule>>>;

/** Is it one of the readings, or inside the range, that the law leaves open? */
export function isLawful(name: RuleName, value: unknown): boolean {
  const { open } = RULES[name];
  if (open === null) return false;
  if ('readings' in open) return (open.readings as readonly unknown[]).includes(value);
  return Number.isInteger(value) && Number(value) >= open.from && Number(value) <= open.to;
}

/** Is the first at least as strict as the second? Of what cannot be compared, only when it is the same. */
export function isAsStrict(name: RuleName, value: unknown, other: unknown): boolean {
  const { stricter } = RULES[name];
  if (other === null || value === other) return true;
  if (value === null || stricter === null) return false;
  return stricter === 'MORE' ? Number(value) >= Number(other) : Number(value) <= Number(other);
}
