import { isAuthorityOver, officerWith, Refusal, type CatalogueSystemFact, type Principal } from '@qiongtong/contracts';
import { localDayOf } from '@qiongtong/regulation';
import type { CodeRule } from './class-code';
import type { Edition, EditionActs, EditionStatus } from './edition';
import { changedTemplate, type FieldChange } from './revision';

/** Days between the announcement and the first on which it may be in force. */
export const NOTICE_DAYS = 10;
const LATEST_DAYS = 730;
const DAY_MS = 86_400_000;

export type EditionDecision = Readonly<{ state: Edition; event: CatalogueSystemFact }>;
export type EditionChange = Readonly<{
  title?: string;
  documentNumber?: string;
  codeRule?: CodeRule;
  template?: readonly FieldChange[];
}>;

/** From which states each act starts, and where it leads. */
const TRANSITIONS = {
  change: { from: ['PROPOSED'], to: 'PROPOSED' },
  announce: { from: ['PROPOSED'], to: 'ANNOUNCED' },
  withdraw: { from: ['PROPOSED', 'ANNOUNCED'], to: 'WITHDRAWN' },
  takeEffect: { from: ['ANNOUNCED'], to: 'IN_FORCE' },
} as const satisfies Record<string, Readonly<{ from: readonly EditionStatus[]; to: EditionStatus }>>;

/** The next edition begins as the one in force, and is the province's to write. [R6.1] */
export function propose(
  inForce: Edition,
  number: number,
  { title, documentNumber }: Pick<Edition, 'title' | 'documentNumber'>,
  by: Principal,
  now: Date,
): EditionDecision {
  const officer = authorityOfficer(by);
  const at = now.toISOString();
  const { codeRule, template } = inForce;
  const state: Edition = {
    ...{ number, status: 'PROPOSED', title, documentNumber, effectiveOn: null, codeRule, template, revision: 1 },
    ...{ acts: { proposed: { by: officer, at } }, migration: null, updatedAt: at },
  };
  return { state, event: { type: 'catalogue.edition-proposed.v1', ...told(state, officer) } };
}

/** What is said of classes is the caller's to change with it. */
export function change(
  edition: Edition,
  { template, ...given }: EditionChange,
  by: Principal,
  now: Date,
): EditionDecision {
  const officer = authorityOfficer(by);
  const changed = step('change', edition, { changed: { by: officer, at: now.toISOString() } }, now);
  const state = { ...changed, ...given, template: changedTemplate(edition.template, template ?? []) };
  return { state, event: { type: 'catalogue.edition-changed.v1', ...told(state, officer) } };
}

/** From now on it is known to all, and no longer changed. @param effectiveOn a day of the province, `YYYY-MM-DD` */
export function announce(edition: Edition, effectiveOn: string, by: Principal, now: Date): EditionDecision {
  const officer = authorityOfficer(by);
  const announced = step('announce', edition, { announced: { by: officer, at: now.toISOString() } }, now);
  const notice = (Date.parse(effectiveOn) - Date.parse(localDayOf(now))) / DAY_MS;
  if (!(notice >= NOTICE_DAYS && notice <= LATEST_DAYS)) throw new Refusal('catalogue.edition_notice_too_short');
  const state = { ...announced, effectiveOn };
  const { documentNumber } = state;
  return {
    state,
    event: { type: 'catalogue.edition-announced.v1', ...told(state, officer, { effectiveOn, documentNumber }) },
  };
}

/** Before it takes effect. Its number is not used again. */
export function withdraw(edition: Edition, reason: string, by: Principal, now: Date): EditionDecision {
  const officer = authorityOfficer(by);
  const state = step('withdraw', edition, { withdrawn: { by: officer, at: now.toISOString(), reason } }, now);
  return { state, event: { type: 'catalogue.edition-withdrawn.v1', ...told(state, officer, { reason }) } };
}

/** Its day has come: it takes the place of the one in force, and entries are to be migrated. */
export function takeEffect(
  edition: Edition,
  inForce: Edition,
  now: Date,
): Readonly<{ replaced: Edition; state: Edition; event: CatalogueSystemFact }> {
  const at = now.toISOString();
  const { effectiveOn } = edition;
  if (effectiveOn === null || effectiveOn > localDayOf(now)) throw new Error(`edition ${edition.number} is not due`);
  const state: Edition = {
    ...step('takeEffect', edition, { tookEffectAt: at }, now),
    migration: { migratedTo: '', moved: 0, notMigrated: 0, finishedAt: null },
  };
  const replaced: Edition = {
    ...{ ...inForce, status: 'REPLACED', revision: inForce.revision + 1, updatedAt: at },
    acts: { ...inForce.acts, replacedAt: at },
  };
  const event = {
    type: 'catalogue.edition-took-effect.v1',
    ...told(state, announcedBy(state), { effectiveOn, replaces: inForce.number }),
  } as const;
  return { replaced, state, event };
}

/** Every entry has been looked at. */
export function finishMigration(edition: Edition, now: Date): EditionDecision {
  if (!edition.migration) throw new Error(`edition ${edition.number} migrates nothing`);
  const { moved, notMigrated } = edition.migration;
  const at = now.toISOString();
  const migration = { ...edition.migration, finishedAt: at };
  const state: Edition = { ...edition, migration, revision: edition.revision + 1, updatedAt: at };
  const event = { type: 'catalogue.edition-migrated.v1', ...told(state, announcedBy(state), { moved, notMigrated }) } as const; // prettier-ignore
  return { state, event };
}

/** Whose act it rests on, where the platform carries it out. */
export const announcedBy = ({ acts }: Edition): string => acts.announced?.by ?? 'platform';

function authorityOfficer(by: Principal): string {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  if (!isAuthorityOver(by, `${by.regionCode.slice(0, 2)}0000`))
    throw new Refusal('access.role_required', { about: ['PROVINCIAL_AUTHORITY'] });
  return officer;
}

function step(act: keyof typeof TRANSITIONS, edition: Edition, acts: EditionActs, now: Date): Edition {
  const { from, to } = TRANSITIONS[act];
  if (!(from as readonly EditionStatus[]).includes(edition.status))
    throw new Refusal('catalogue.edition_wrong_state', { about: [edition.status] });
  return {
    ...edition,
    ...{ status: to, revision: edition.revision + 1, acts: { ...edition.acts, ...acts }, updatedAt: now.toISOString() },
  };
}

const told = <Extra extends object>({ number, revision, updatedAt }: Edition, by: string, extra = {} as Extra) => ({
  key: `edition-${number}`,
  at: updatedAt,
  data: { edition: number, revision, by, ...extra },
});
