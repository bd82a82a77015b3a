import {
  REFUSALS,
  type OrganisationState,
  type Reason,
  type RefusalCode,
  type ResourceState,
  type SystemState,
  type Use,
} from '@qiongtong/contracts';
import type { PolicyView } from '../policy/policy-index';

/** One use to decide, with what every rule looks at. */
export type Question = Readonly<{
  policy: PolicyView;
  use: Use;
  /** Milliseconds since the epoch. */
  now: number;
  department: OrganisationState | undefined;
  system: SystemState | undefined;
  /** Who runs the calling system when it is not the department it acts for: a third party. [R13.2] */
  thirdParty: string | null;
}>;

export const reason = (code: RefusalCode, about?: readonly string[]): Reason => ({
  code,
  // Every code that a decision gives has one: `decide.spec.ts` sees to it.
  requirement: REFUSALS[code].requirement!,
  ...(about && about.length > 0 ? { about } : {}),
});

/** The items of an entry: what exists, at which position, and so in which order it leaves. */
export type EntryItems = Readonly<{ codes: readonly string[]; positions: ReadonlyMap<string, number> }>;
export const entryItemsOf = (resource: ResourceState): EntryItems => {
  const codes = resource.items.map((item) => item.code);
  return { codes, positions: new Map(codes.map((code, i) => [code, i])) };
};
