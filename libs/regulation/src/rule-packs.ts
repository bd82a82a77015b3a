import { ORGANISATION_TYPES, type OrganisationType } from '@qiongtong/contracts';
import { instantOf } from './policy/instants';

/**
 * `stricter`: the shorter clock or the added duty wins. `replaces`: a later rule of higher rank on the same point.
 * `adds`: a point on which the base says nothing.
 */
export type Precedence = 'base' | 'stricter' | 'replaces' | 'adds';

/** What the rules fix; null is "in time", "as agreed" or "not provided for". Days are working days. */
export type RuleValues = Readonly<{
  /** Answer to a request for an unconditional resource; 0 is at once. */
  unconditionalReplyWorkingDays: number;
  /** Answer to a conditional application. [R12.3] */
  replyWorkingDays: number;
  /** Reminders while the answer is awaited, in working days since receipt. [R12.4] */
  reminders: readonly number[];
  /** Longest extension of the answer with the authority's consent; 0 when there is none. */
  replyExtensionWorkingDays: number;
  /** Provide after consent. */
  provideWithinWorkingDays: number | null;
  /** Does a supplement pause the provider's clock? [R12.8] */
  supplementPauses: boolean;
  /** A refusal needs the authority's consent. [R12.5] */
  refusalNeedsConsent: boolean;
  /** Where real time is not possible: longest cycle of update in months. [R8.3] */
  monthlyFloor: number;
  catalogueUpdateWorkingDays: number | null;
  catalogueUpdateExtensionWorkingDays: number;
  catalogueReviewWorkingDays: number | null;
  correctionWorkingDays: number | null;
  /** Records of use are kept at least so many years; null is kept, without a number. */
  recordYears: number | null;
}>;

export type Rule<K extends keyof RuleValues = keyof RuleValues> = {
  [P in K]: Readonly<{ rule: P; value: RuleValues[P]; article: number; precedence: Precedence }>;
}[K];

export type RulePackDefinition = Readonly<{
  /** `<document>@<version of our reading of it>` */
  id: string;
  title: string;
  titleZh: string;
  /** First day in force, and the first day no longer; both in Hainan. */
  from: string;
  until: string | null;
  binds: readonly OrganisationType[];
  rules: readonly Rule[];
}>;

/** The rules for one organisation at one time, and where they come from. */
export type RulePack = RuleValues &
  Readonly<{
    /** The base pack, kept with every act done under it. [R23.1] */
    id: string;
    /** Later rules laid over it, in order. */
    overlays: readonly string[];
    /** Base and overlays in one text, e.g. `HN-2014-176@1+CN-2025-809@1`. */
    reference: string;
    /** For each value: pack and article it stands on. */
    origins: Readonly<Record<keyof RuleValues, Readonly<{ pack: string; article: number }>>>;
  }>;

const base = <K extends keyof RuleValues>(rule: K, value: RuleValues[K], article: number) =>
  ({ rule, value, article, precedence: 'base' }) as Rule<K>;
const over = <K extends keyof RuleValues>(rule: K, value: RuleValues[K], article: number, precedence: Precedence) =>
  ({ rule, value, article, precedence }) as Rule<K>;

/** In the order in which they are laid over each other; the first is the base. */
export const RULE_PACKS: readonly RulePackDefinition[] = [
  {
    id: 'HN-2014-176@1',
    title: 'Hainan measures on sharing government information resources (2014, No. 176)',
    titleZh: '海南省政务信息资源共享管理办法(琼府办〔2014〕176号)',
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
      base('refusalNeedsConsent', true, 12),
      base('monthlyFloor', 1, 8),
      base('catalogueUpdateWorkingDays', null, 7),
      base('catalogueUpdateExtensionWorkingDays', 0, 7),
      base('catalogueReviewWorkingDays', null, 7),
      base('correctionWorkingDays', null, 8),
      base('recordYears', null, 14),
    ],
  },
  {
    id: 'CN-2025-809@1',
    title: 'Regulations on sharing government data (State Council Order 809, 2025)',
    titleZh: '政务数据共享条例(国务院令第809号)',
    from: '2025-08-01',
    until: null,
    // Government departments and bodies authorised by law; other state organs only by reference.
    binds: ['ADMINISTRATIVE', 'PUBLIC_INSTITUTION_REF_CIVIL_SERVICE'],
    rules: [
      // At once is shorter than one day: the base stays.
      over('unconditionalReplyWorkingDays', 1, 21, 'stricter'),
      over('replyWorkingDays', 10, 21, 'stricter'),
      over('replyExtensionWorkingDays', 10, 21, 'replaces'),
      over('provideWithinWorkingDays', 20, 22, 'adds'),
      over('catalogueUpdateWorkingDays', 10, 17, 'stricter'),
      over('catalogueUpdateExtensionWorkingDays', 5, 17, 'adds'),
      over('catalogueReviewWorkingDays', 2, 17, 'adds'),
      over('correctionWorkingDays', 10, 26, 'adds'),
      over('recordYears', 3, 29, 'stricter'),
    ],
  },
];

/** More years of keeping and a further duty are stricter; of clocks the shorter is. */
const LONGER_IS_STRICTER: ReadonlySet<keyof RuleValues> = new Set(['recordYears', 'refusalNeedsConsent']);

/** @throws RangeError for a date before the first rule was in force */
export function rulePackFor(date: Date, organisationType: OrganisationType): RulePack {
  const at = date.getTime();
  const packs = RULE_PACKS.filter(
    ({ from, until, binds }) =>
      instantOf(from) <= at && (until === null || at < instantOf(until)) && binds.includes(organisationType),
  );
  const [first, ...overlays] = packs;
  if (!first || first !== RULE_PACKS[0]) throw new RangeError('no rule pack was in force at that date');
  const values: Record<string, unknown> = {};
  const origins: Record<string, { pack: string; article: number }> = {};
  for (const pack of packs)
    for (const { rule, value, article, precedence } of pack.rules)
      if (!(rule in values) || prevails(rule, precedence, value, values[rule])) {
        values[rule] = value;
        origins[rule] = { pack: pack.id, article };
      }
  return {
    ...(values as RuleValues),
    id: first.id,
    overlays: overlays.map(({ id }) => id),
    reference: packs.map(({ id }) => id).join('+'),
    origins: origins as RulePack['origins'],
  };
}

function prevails(rule: keyof RuleValues, precedence: Precedence, value: unknown, known: unknown): boolean {
  if (precedence !== 'stricter' || known === null) return true;
  return LONGER_IS_STRICTER.has(rule) ? Number(value) > Number(known) : Number(value) < Number(known);
}
