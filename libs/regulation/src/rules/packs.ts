import { ORGANISATION_TYPES, type OrganisationType } from '@qiongtong/contracts';
import type { RuleName, RuleValues } from './rules';

/**
 * `stricter`: the shorter clock or the added duty wins. `replaces`: a later rule of higher rank on the same point.
 * `adds`: a point on which the base says nothing, or that there is none.
 */
export type Precedence = 'base' | 'stricter' | 'replaces' | 'adds';

export type Rule<K extends RuleName = RuleName> = {
  [P in K]: Readonly<{
    rule: P;
    value: RuleValues[P];
    article: number;
    precedence: Precedence;
    /** Where the article is another law's than the pack's. */
    law?: string;
  }>;
}[K];

export type RulePackDefinition = Readonly<{
  /** `<document>@<version of our reading of it>` */
  id: string;
  title: string;
  titleZh: string;
  /** A base speaks to every rule; an overlay is laid over it. */
  kind: 'BASE' | 'OVERLAY';
  /** First day in force, and the first day no longer; both in Hainan. */
  from: string;
  until: string | null;
  binds: readonly OrganisationType[];
  rules: readonly Rule[];
}>;

const of =
  (precedence: Precedence) =>
  <K extends RuleName>(rule: K, value: RuleValues[K], article: number, law?: string) =>
    ({ rule, value, article, precedence, ...(law !== undefined && { law }) }) as Rule<K>;
const [base, stricter, replaces, adds] = (['base', 'stricter', 'replaces', 'adds'] as const).map(of) as [
  ReturnType<typeof of>,
  ReturnType<typeof of>,
  ReturnType<typeof of>,
  ReturnType<typeof of>,
];

/**
 * In the order in which they are laid over each other. A pack that was in use never changes: another reading of the same
 * document is a further version with its own dates, so that whatever began under the former keeps it. [R23.1]
 */
export const RULE_PACKS: readonly RulePackDefinition[] = [
  {
    id: 'HN-2014-176@1',
    title: 'Hainan measures on sharing government information resources (2014, No. 176)',
    titleZh: '海南省政务信息资源共享管理办法(琼府办〔2014〕176号)',
    kind: 'BASE',
    from: '2014-12-19',
    until: null,
    binds: ORGANISATION_TYPES,
    rules: [
      base('unconditionalReplyWorkingDays', 0, 11),
      base('replyWorkingDays', 10, 12),
      base('reminders', [5, 8, 9], 12),
      base('replyExtensionWorkingDays', 0, 12),
      base('provideWithinWorkingDays', null, 12),
      base('supplementPauses', true, 12),
      base('consentWithinReplyTime', false, 12),
      base('providerSilence', 'ESCALATES', 12),
      base('refusalNeedsConsent', true, 12),
      base('refusalAuthority', 'PROVIDER_LEVEL', 12),
      base('authorityConsentWorkingDays', 5, 12),
      base('emergencyConfirmHours', 72, 10),
      base('transferDecidedBy', 'PROVIDER', 13),
      base('grantReviewMonths', 12, 8),
      base('disposalReportDays', 30, 8),
      base('monthlyFloor', 1, 8),
      base('slowerThanFloor', 'MONTHLY_CONFIRMATION', 8),
      base('authorityReviewsBeforePublication', true, 7),
      base('catalogueUpdateWorkingDays', null, 7),
      base('catalogueUpdateExtensionWorkingDays', 0, 7),
      base('catalogueReviewWorkingDays', null, 7),
      base('correctionWorkingDays', null, 8),
      base('recordYears', null, 14),
      base('impactAssessmentYears', null, 14),
      base('networkLogMonths', null, 14),
      base('approvalSuspension', 'ALL_PROJECTS_UNTIL_VERIFIED', 20),
      base('complaintsByPersons', false, 18),
    ],
  },
  {
    id: 'CN-2025-809@1',
    title: 'Regulations on sharing government data (State Council Order 809, 2025)',
    titleZh: '政务数据共享条例(国务院令第809号)',
    kind: 'OVERLAY',
    from: '2025-08-01',
    until: null,
    // Government departments and bodies authorised by law; other state organs only by reference.
    binds: ['ADMINISTRATIVE', 'PUBLIC_INSTITUTION_REF_CIVIL_SERVICE'],
    rules: [
      // At once is shorter than one day: the base stays.
      stricter('unconditionalReplyWorkingDays', 1, 21),
      stricter('replyWorkingDays', 10, 21),
      replaces('replyExtensionWorkingDays', 10, 21),
      adds('provideWithinWorkingDays', 20, 22),
      replaces('transferDecidedBy', 'PROVIDER', 25),
      stricter('authorityReviewsBeforePublication', true, 16),
      stricter('catalogueUpdateWorkingDays', 10, 17),
      adds('catalogueUpdateExtensionWorkingDays', 5, 17),
      adds('catalogueReviewWorkingDays', 2, 17),
      adds('correctionWorkingDays', 10, 26),
      stricter('recordYears', 3, 29),
      stricter('impactAssessmentYears', 3, 56, '中华人民共和国个人信息保护法'),
      stricter('networkLogMonths', 6, 21, '中华人民共和国网络安全法(2016)'),
    ],
  },
];
