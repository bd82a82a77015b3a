import type { OrganisationType } from '@qiongtong/contracts';
import {
  RULE_NAMES,
  RULES,
  type ChosenRules,
  type Precedence,
  type RuleMeaning,
  type RuleName,
  type RuleOrigin,
  type RulePack,
  type RulePackDefinition,
} from '@qiongtong/regulation';

type Meaning = Readonly<{ rule: RuleName; title: Readonly<{ zh: string; en: string }> }> &
  Pick<RuleMeaning, 'unit' | 'requirement' | 'stricter'>;
/** What the law leaves open, and what this deployment has chosen. (A.3) */
type Choice = Readonly<{ open: RuleMeaning['open']; chosen: unknown }>;

export type ShownRule = Meaning &
  Readonly<{ value: unknown; article: number; law: string | null; precedence: Precedence; choice: Choice | null }>;
export type ShownPack = Omit<RulePackDefinition, 'rules' | 'title' | 'titleZh'> &
  Readonly<{ title: Readonly<{ zh: string; en: string }>; inForce: boolean; rules: readonly ShownRule[] }>;

/** @param inForce at this moment */
export function shownPack(pack: RulePackDefinition, chosen: ChosenRules, inForce: boolean): ShownPack {
  const { rules, title: en, titleZh: zh, ...dates } = pack;
  return {
    ...dates,
    title: { zh, en },
    inForce,
    rules: rules.map(({ rule, value, article, law = null, precedence }) => ({
      ...meaningOf(rule),
      value,
      article,
      law,
      precedence,
      choice: pack.kind === 'BASE' ? choiceOf(rule, chosen) : null,
    })),
  };
}

/** What binds a body of this type: each rule with what it comes to, and where that stands. */
export type RulesInForce = Readonly<{
  organisationType: OrganisationType;
  on: string;
  reference: string;
  rules: readonly (Meaning & Readonly<{ value: unknown; origin: RuleOrigin }>)[];
}>;

export const shownInForce = (pack: RulePack, organisationType: OrganisationType, on: Date): RulesInForce => ({
  organisationType,
  on: on.toISOString(),
  reference: pack.reference,
  rules: RULE_NAMES.map((rule) => ({ ...meaningOf(rule), value: pack[rule], origin: pack.origins[rule] })),
});

function meaningOf(rule: RuleName): Meaning {
  const { unit, requirement, zh, en, stricter } = RULES[rule];
  return { rule, title: { zh, en }, unit, requirement, stricter };
}

function choiceOf(rule: RuleName, chosen: ChosenRules): Choice | null {
  const { open } = RULES[rule];
  return open && { open, chosen: chosen[rule as keyof ChosenRules] };
}
