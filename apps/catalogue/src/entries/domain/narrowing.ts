import { createHash } from 'node:crypto';
import { Refusal, type CatalogueFact, type Item, type SharingType } from '@qiongtong/contracts';
import { subject } from './acting';
import type { Content, LegalBasis } from './content';
import type { Entry } from './entry';

/** How an item is worth less to who was granted it. */
export type Loss = 'REMOVED' | 'TYPE_CHANGED' | 'MORE_SENSITIVE' | 'NOT_QUERYABLE';
export type ItemLoss = Readonly<{ item: string; how: readonly Loss[] }>;
type Class = Readonly<{ sharingType: SharingType; specialRegime: Content['specialRegime'] }>;

/** What the next version gives less than the published one. */
export type Narrowing = Readonly<{
  /** Null where the class is no stricter. [R10.4] */
  stricterClass: Readonly<{ from: Class; to: Class }> | null;
  items: readonly ItemLoss[];
}>;
/** Why the class may be stricter: the law that says so. [R10.4] */
export type StricterClass = Readonly<{ narrative: string; basis: LegalBasis }>;
/** The list of affected grants that the provider had before it when it submitted. */
export type ConfirmedEffects = Readonly<{ digest: string; grants: number }>;

const STRICTNESS: Readonly<Record<SharingType, number>> = { UNCONDITIONAL: 0, CONDITIONAL: 1, NOT_SHARED: 2 };

export function narrowingOf(from: Content, to: Content): Narrowing {
  const stays = new Map(to.items.map((item) => [item.code, item]));
  const [before, after] = [classOf(from), classOf(to)];
  return {
    stricterClass: isStricter(before, after) ? { from: before, to: after } : null,
    items: from.items.flatMap((item) => {
      const how = lossOf(item, stays.get(item.code));
      return how.length > 0 ? [{ item: item.code, how }] : [];
    }),
  };
}

export const narrows = ({ stricterClass, items }: Narrowing): boolean => stricterClass !== null || items.length > 0;

/** Of which items grants are affected: every item of every grant where the class is stricter (null). */
export const concernedBy = ({ stricterClass, items }: Narrowing): readonly string[] | null =>
  stricterClass ? null : items.map(({ item }) => item);

/** What the provider confirms: what is narrowed, and for whom. */
export const effectsDigest = (narrowing: Narrowing, ofGrants: string): string =>
  createHash('sha256')
    .update(JSON.stringify([narrowing, ofGrants]))
    .digest('hex');

const classOf = ({ sharingType, specialRegime }: Content): Class => ({ sharingType, specialRegime });

/** Another rule that takes over is stricter too: nothing is read through the platform then. [R22.2] */
const isStricter = (from: Class, to: Class): boolean =>
  STRICTNESS[to.sharingType] > STRICTNESS[from.sharingType] ||
  (from.specialRegime === null && to.specialRegime !== null);

function lossOf(before: Item, after: Item | undefined): readonly Loss[] {
  if (!after) return ['REMOVED'];
  const losses: Loss[] = [];
  if (after.type !== before.type) losses.push('TYPE_CHANGED');
  if (after.sensitive && !before.sensitive) losses.push('MORE_SENSITIVE');
  if (before.queryable && !after.queryable) losses.push('NOT_QUERYABLE');
  return losses;
}

/** A stricter class later needs what a refusal needs: the law first, then the authority's consent. [R10.4] */
export function checkStricterClass({ stricterClass }: Narrowing, said: StricterClass | null): void {
  if (stricterClass && !said)
    throw new Refusal('catalogue.stricter_basis_missing', { about: [stricterClass.to.sharingType] });
}

/** The provider saw whom it takes something from, and it is still those. @param confirmed digest, null where none was said */
export function checkConfirmed(
  narrowing: Narrowing,
  now: Readonly<{ digest: string; count: number }>,
  confirmed: string | null,
): ConfirmedEffects | null {
  const digest = effectsDigest(narrowing, now.digest);
  if (now.count > 0 && confirmed === null) throw new Refusal('catalogue.effects_not_confirmed');
  if (confirmed !== null && confirmed !== digest) throw new Refusal('catalogue.effects_changed');
  return now.count > 0 ? { digest, grants: now.count } : null;
}

/** That the class is stricter from now on, on which law, and who consented. @param state as it is published */
export function madeStricter({ stricterClass }: Narrowing, state: Entry): CatalogueFact[] {
  const { submission, decision, publication } = state;
  if (!stricterClass || !submission?.stricterClass || !decision || !publication) return [];
  const { law, article } = submission.stricterClass.basis;
  const { from, to } = stricterClass;
  const consent = { statutoryBasis: [{ law, article }], consentedBy: decision.organisationId };
  const data = { ...subject(state, publication.by), version: state.version, from, to, ...consent };
  return [{ type: 'catalogue.class-made-stricter.v1', key: state.id, at: state.updatedAt, data }];
}
