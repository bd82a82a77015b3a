export { ARTICLES } from './articles';
export { citizenIdWithCheck, validCitizenId } from './codes/citizen-id';
export { creditCodeWithCheck, validCreditCode } from './codes/credit-code';
export { decide, type Freshness } from './decision/decide';
export { explain, type Change, type ExplainedReason, type Explanation, type GrantFit } from './decision/explain';
export { decideRelease, releaseUse, type ReleaseView } from './decision/release';
export { beyondGrant, type Publication } from './grants/publication-within';
export { scopeWithin, type GrantScope, type ScopeDimension, type ScopeViolation } from './grants/scope-within';
export { maskValue } from './masking';
export {
  competentAuthority,
  CONSENTING_ROLES,
  type Body,
  type Competence,
  type ConsentingRole,
  type Party,
} from './policy/competence';
export { lacksForUse, type Standing } from './policy/standing';
export { inForce, instantOf, spanOf, type Span } from './policy/instants';
export { PolicyIndex, type PolicyView } from './policy/policy-index';
export type { TokenSubject } from './policy/principals';
export { isStopped, stopsOn } from './policy/stops';
export { unaddressed } from './policy/unaddressed';
export { compileRowFilter, matchesRowFilter, type Row, type RowPredicate } from './rows/match-row-filter';
export { rowFilterWithin } from './rows/row-filter-within';
export { validateRowFilter, OPERATORS_OF, type CheckedRowFilter, type FieldError } from './rows/validate-row-filter';
export { comparableOf, compare, compareCodePoints, isDate, KIND_OF, type Comparable, type Kind } from './rows/values';
export { RULE_PACKS, type Precedence, type Rule, type RulePackDefinition } from './rules/packs';
export { joinRules, rulePackFor, rulesUnder, type RuleOrigin, type RulePack } from './rules/rule-packs';
export {
  isLawful,
  OPEN_RULES,
  REFUSAL_AUTHORITIES,
  RULE_NAMES,
  RULES,
  type ChosenRules,
  type OpenRule,
  type RefusalAuthority,
  type RuleMeaning,
  type RuleName,
  type RuleUnit,
  type RuleValues,
} from './rules/rules';
export { findSecretMark, type SecretMark } from './secret-marks';
export {
  calendarsOf,
  countDue,
  editionOf,
  moveOf,
  type Calendars,
  type CalendarUsed,
  type CountedDue,
  type DueMove,
  type PublishedCalendar,
} from './time/published-calendars';
export { monthsLater } from './time/months';
export { remindersBefore } from './time/reminders';
export {
  addWorkingDays,
  isWeekend,
  localDayOf,
  WorkingDays,
  type DueDate,
  type WorkingDayCalendar,
} from './time/working-days';
export {
  ALLOTTED,
  THINGS,
  resourceAfter,
  systemAfter,
  officerAfter,
  dutyAfter,
  dutyHolders,
  useAfter,
  purposesKept,
  systemsKept,
  mayUse,
  dutiesAfter,
  bodiesAfter,
  formerOf,
  type Allotted,
  type Succession,
  type SucceedingBody,
  type SucceedingBodies,
  type Effect,
  type Thing,
  type Because,
  type Succeeded,
} from './succession';
