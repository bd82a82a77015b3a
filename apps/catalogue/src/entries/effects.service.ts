import { Injectable } from '@nestjs/common';
import {
  Refusal,
  type CatalogueFact,
  type GrantAffected,
  type Principal,
  type SharingType,
} from '@qiongtong/contracts';
import { Clock, Cursors, type Transaction } from '@qiongtong/platform';
import { GrantStore, type AffectedGrant, type Concerned } from '../grants/grant.store';
import { UserStore } from '../users/user.store';
import { subject } from './domain/acting';
import type { Decision, Entry } from './domain/entry';
import { knowledgeOf } from './domain/knowledge';
import {
  checkConfirmed,
  checkStricterClass,
  concernedBy,
  effectsDigest,
  madeStricter,
  narrowingOf,
  narrows,
  type ConfirmedEffects,
  type Narrowing,
  type StricterClass,
} from './domain/narrowing';
import { mayKnowRevision } from './domain/versions';
import { EntryStore } from './entry.store';
import { VersionStore } from './version.store';

/** What a provider says when it submits a version that gives less. */
export type SaidOfEffects = Readonly<{ effectsDigest?: string; stricterClass?: StricterClass }>;
type Told = Pick<GrantAffected['data'], 'cause' | 'effectiveAt'>;

const AT_ONCE = 500;
const NONE: Narrowing = { stricterClass: null, items: [] };

/** Whom a change to a published entry takes something from: shown before it is submitted, told when it happens. */
@Injectable()
export class EffectsService {
  constructor(
    private readonly grants: GrantStore,
    private readonly users: UserStore,
    private readonly entries: EntryStore,
    private readonly versions: VersionStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  /** Of the next version as it stands. */
  async find(id: string, limit: number, cursor: string | undefined, by: Principal) {
    const entry = await this.entries.find(id);
    const copy = entry && knowledgeOf(entry, by) !== 'nothing' ? await this.versions.revisionOf(entry) : null;
    if (!entry || !copy || !mayKnowRevision(copy, by)) throw new Refusal('request.not_found');
    const narrowing = narrowingOf(entry.content, copy.content);
    const scope = JSON.stringify(['entry-effects', by.departmentId, id]);
    const after = cursor === undefined ? '' : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const [now, concerned] = [this.clock.now(), concernedBy(narrowing)];
    const found = narrows(narrowing) ? await this.grants.affected(id, concerned, now, after, limit + 1) : [];
    const { count, digest } = await this.counted(id, narrowing, now);
    const isOpen = narrows(narrowing) && entry.content.sharingType === 'UNCONDITIONAL';
    const users = isOpen ? (await this.users.count(id, now)).unconditional : 0;
    const items: AffectedGrant[] = found.slice(0, limit);
    const last = items.at(-1);
    return {
      version: copy.version,
      narrowing,
      /** To be confirmed with the submission. */
      digest: effectsDigest(narrowing, digest),
      count,
      /** Departments that use it without a grant: told as well, and not confirmed one by one. */
      users,
      items,
      next: last && found.length > limit ? this.cursors.encode({ id: last.grantId }, scope) : null,
    };
  }

  /** What of that is kept with the submission; refuses where something was not said, or has changed. */
  async confirmed(
    tx: Transaction,
    copy: Entry,
    said: SaidOfEffects,
    now: Date,
  ): Promise<Readonly<{ stricterClass?: StricterClass; confirmedEffects?: ConfirmedEffects }>> {
    const narrowing = await this.narrowing(tx, copy);
    checkStricterClass(narrowing, said.stricterClass ?? null);
    const counted = await this.counted(copy.id, narrowing, now, tx);
    const confirmedEffects = checkConfirmed(narrowing, counted, said.effectsDigest ?? null);
    return {
      ...(narrowing.stricterClass && said.stricterClass && { stricterClass: said.stricterClass }),
      ...(confirmedEffects && { confirmedEffects }),
    };
  }

  /** A next version that is published, with what is told to those from whom it takes something. */
  async published(tx: Transaction, copy: Entry, decision: Decision, now: Date): Promise<Decision> {
    const narrowing = await this.narrowing(tx, copy);
    if (!narrows(narrowing)) return decision;
    const { state } = decision;
    const told = { cause: 'NARROWED', effectiveAt: state.updatedAt } as const;
    const { sharingType: before } = narrowing.stricterClass?.from ?? state.content;
    const affected = await this.toldTo(tx, state, state.publication!.by, concernedBy(narrowing), told, now, before);
    return { ...decision, also: [...madeStricter(narrowing, state), ...affected] };
  }

  /** What is decided of a whole entry, with what is told to who uses it, where it concerns them. */
  async withTold(tx: Transaction, decision: Decision, now: Date): Promise<Decision> {
    const { state, event } = decision;
    const said = toldOf(event);
    if (!said) return decision;
    const { by, ...told } = said;
    return { ...decision, also: await this.toldTo(tx, state, by, null, told, now) };
  }

  /**
   * A fact for each grant of an entry and, where it was shared without condition, for each department that uses it
   * without one.
   *
   * @param by whose act it is
   */
  async toldTo(
    tx: Transaction,
    entry: Entry,
    by: string,
    concerned: Concerned,
    told: Told,
    now: Date,
    before: SharingType = entry.content.sharingType,
  ): Promise<CatalogueFact[]> {
    const said = { ...subject(entry, by), ...told, version: entry.version };
    const head = { key: entry.id, at: entry.updatedAt };
    const holders = await inPages(
      (after) => this.grants.affected(entry.id, concerned, now, after, AT_ONCE, tx),
      ({ grantId }) => grantId,
    );
    const facts = holders.map(({ grantId, holderId, items }): CatalogueFact => {
      return { type: 'catalogue.grant-affected.v1', ...head, data: { ...said, grantId, holderId, items } };
    });
    if (before !== 'UNCONDITIONAL') return facts;
    const users = await inPages(
      (after) => this.users.withoutGrant(entry.id, now, after, AT_ONCE, tx),
      (departmentId) => departmentId,
    );
    const items = concerned ?? entry.content.items.map(({ code }) => code);
    return [
      ...facts,
      ...users.map((departmentId): CatalogueFact => {
        return { type: 'catalogue.user-affected.v1', ...head, data: { ...said, departmentId, items } };
      }),
    ];
  }

  /** The caller holds the lock of the entry. */
  private async narrowing(tx: Transaction, copy: Entry): Promise<Narrowing> {
    const published = copy.publishedOn === null ? null : await this.entries.lock(tx, copy.id);
    return published ? narrowingOf(published.content, copy.content) : NONE;
  }

  private async counted(id: string, narrowing: Narrowing, now: Date, tx?: Transaction) {
    return narrows(narrowing) ? this.grants.digest(id, concernedBy(narrowing), now, tx) : { count: 0, digest: '' };
  }
}

/** All of what is asked for page by page, each after the last of the one before. */
async function inPages<T>(page: (after: string) => Promise<T[]>, idOf: (one: T) => string): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const some: T[] = await page(after);
    all.push(...some);
    const last = some.at(-1);
    after = some.length < AT_ONCE || last === undefined ? undefined : idOf(last);
  }
  return all;
}

function toldOf(event: CatalogueFact): (Told & Readonly<{ by: string }>) | null {
  switch (event.type) {
    case 'catalogue.withdrawal-scheduled.v1':
      return { by: event.data.by, cause: 'WITHDRAWAL_SCHEDULED', effectiveAt: event.data.effectiveAt };
    case 'catalogue.withdrawal-called-back.v1':
      return { by: event.data.by, cause: 'WITHDRAWAL_CALLED_BACK', effectiveAt: event.at };
    case 'catalogue.entry-withdrawn.v1':
      return { by: event.data.by, cause: 'WITHDRAWN', effectiveAt: event.at };
    default:
      return null;
  }
}
