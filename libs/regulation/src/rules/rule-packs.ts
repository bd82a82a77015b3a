import type { OrganisationType } from '@qiongtong/contracts';
import { instantOf } from '../policy/instants';
import { RULE_PACKS, type RulePackDefinition } from './packs';
import { isAsStrict, isLawful, RULE_NAMES, type ChosenRules, type RuleName, type RuleValues } from './rules';

/** Where a value comes from: the pack and its article, or what the deployment chose where that leaves it open. */
export type RuleOrigin = Readonly<{ pack: string; article: number; law?: string; chosen?: true }>;

/** The rules for one organisation at one time, and where they come from. */
export type RulePack = RuleValues &
  Readonly<{
    /** The base pack, kept with every act done under it. [R23.1] */
    id: string;
    /** Later rules laid over it, in order. */
    overlays: readonly string[];
    /** Base and overlays in one text, e.g. `HN-2014-176@1+CN-2025-809@1`. */
    reference: string;
    origins: Readonly<Record<RuleName, RuleOrigin>>;
  }>;

/**
 * What binds a body of this type at this moment.
 *
 * @param chosen by the deployment, where the law leaves it open @throws RangeError for a date before the first rule was
 * in force, and for a choice that is not lawful
 */
export function rulePackFor(
  date: Date,
  organisationType: OrganisationType,
  chosen: ChosenRules = {},
  packs: readonly RulePackDefinition[] = RULE_PACKS,
): RulePack {
  const at = date.getTime();
  const binding = packs.filter(
    ({ from, until, binds }) =>
      instantOf(from) <= at && (until === null || at < instantOf(until)) && binds.includes(organisationType),
  );
  if (!binding.some(({ kind }) => kind === 'BASE')) throw new RangeError('no rule pack was in force at that date');
  return joinRules(binding, chosen);
}

/** What something that began under these packs keeps, whatever is in force since. [R23.1] @throws RangeError when unknown */
export function rulesUnder(
  reference: string,
  chosen: ChosenRules = {},
  packs: readonly RulePackDefinition[] = RULE_PACKS,
): RulePack {
  const known = new Map(packs.map((pack) => [pack.id, pack]));
  const named = reference.split('+').map((id) => known.get(id));
  if (named.some((pack) => pack === undefined)) throw new RangeError(`unknown rule packs: ${reference}`);
  return joinRules(named as RulePackDefinition[], chosen);
}

/** Lays the packs over each other in their order; what was chosen takes the place of what the base leaves open. */
export function joinRules(packs: readonly RulePackDefinition[], chosen: ChosenRules = {}): RulePack {
  const [first, ...overlays] = packs;
  if (first?.kind !== 'BASE' || overlays.some(({ kind }) => kind === 'BASE'))
    throw new RangeError('rules begin with one base');
  const values: Partial<Record<RuleName, unknown>> = {};
  const origins: Partial<Record<RuleName, RuleOrigin>> = {};
  for (const { rule, value, article, law } of first.rules) {
    const choice: unknown = chosen[rule as keyof ChosenRules];
    if (choice !== undefined && !isLawful(rule, choice)) throw new RangeError(`${rule} does not leave that open`);
    values[rule] = choice ?? value;
    origins[rule] = originOf(first.id, article, law, choice !== undefined && choice !== value);
  }
  const missing = RULE_NAMES.filter((rule) => !(rule in values));
  if (missing.length > 0) throw new RangeError(`${first.id} says nothing of ${missing.join(', ')}`);
  for (const pack of overlays)
    for (const { rule, value, article, precedence, law } of pack.rules)
      if (precedence !== 'stricter' || !isAsStrict(rule, values[rule], value)) {
        values[rule] = value;
        origins[rule] = originOf(pack.id, article, law, false);
      }
  return {
    ...(values as RuleValues),
    id: first.id,
    overlays: overlays.map(({ id }) => id),
    reference: packs.map(({ id }) => id).join('+'),
    origins: origins as RulePack['origins'],
  };
}

const originOf = (pack: string, article: number, law: string | undefined, chosen: boolean): RuleOrigin => ({
  pack,
  article,
  ...(law !== undefined && { law }),
  ...(chosen && { chosen }),
});
