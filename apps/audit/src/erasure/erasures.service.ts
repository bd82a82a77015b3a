import { Injectable } from '@nestjs/common';
import {
  mayBeErased,
  officerWith,
  Refusal,
  type ErasureDecided,
  type ErasureProposed,
  type HashKeysDestroyed,
  type Principal,
} from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Sql, type Transaction } from '@qiongtong/platform';
import { logRead, readingOfAll } from '../log/domain/reading';
import { HoldStore } from '../retention/hold.store';
import { termOf } from '../search/domain/terms';
import { ErasureStore, type Erasure } from './erasure.store';
import type { ErasurePageView, ErasureView, ProposeErasureDto } from './erasures.dto';
import { HashKeyDestructions } from './hash-key-destructions';

const OFFICERS = ['PROVINCIAL_AUTHORITY'] as const;

/**
 * Ends all traces by record of a resource's past quarters: one officer of the authority proposes it, another confirms
 * it, and the keys are destroyed where they are kept. No entry of the log changes. [R14.9] [R14.10]
 */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ErasureStore,
    private readonly holds: HoldStore,
    private readonly keys: HashKeyDestructions,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  propose(by: Principal, { resourceId, quarters, ground, document }: ProposeErasureDto): Promise<ErasureView> {
    const officer = officerWith(OFFICERS, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const open = { decidedBy: null, decidedAt: null, destroyed: [] };
      const erasure: Erasure = {
        ...{ id: newId(), resourceId, quarters: [...quarters].sort(), ground, document, state: 'PROPOSED' },
        ...{ proposedBy: officer, proposedAt: now, ...open },
      };
      await this.expectErasable(tx.query, erasure, now);
      await this.store.add(tx.query, erasure);
      const { id } = erasure;
      const fact: ErasureProposed = {
        ...{ type: 'audit.erasure-proposed.v1', key: id, at: now.toISOString() },
        data: { erasureId: id, by: officer, departmentId: by.departmentId, ...asked(erasure), ground, document },
      };
      tx.publish(fact);
      return shown(erasure);
    });
  }

  /** Destroying has no second effect: where this was cut off behind it, the officer confirms once more. */
  async confirm(by: Principal, id: string): Promise<ErasureView> {
    const officer = officerWith(OFFICERS, by);
    const erasure = await this.work.run(async ({ query }) => {
      const found = await this.store.find(query, id);
      if (found?.state === 'CONFIRMED' && found.decidedBy === officer) return found;
      const proposed = this.decidable(found, id, officer);
      await this.expectErasable(query, proposed, this.clock.now());
      return proposed;
    });
    if (erasure.state === 'CONFIRMED') return shown(erasure);
    const { keys } = await this.keys.destroy(by, { erasureId: id, ...asked(erasure) });
    return this.work.run((tx) => this.decide(tx, by, id, 'CONFIRMED', keys));
  }

  reject(by: Principal, id: string): Promise<ErasureView> {
    return this.work.run((tx) => this.decide(tx, by, id, 'REJECTED', []));
  }

  list(by: Principal, limit: number, cursor?: string): Promise<ErasurePageView> {
    const reading = readingOfAll(by);
    const scope = 'audit-erasures';
    const place = cursor === undefined ? null : this.cursors.decode<{ proposedAt: string; id: string }>(cursor, scope);
    return this.work.run(async (tx) => {
      const found = await this.store.list(tx.query, place, limit + 1);
      const items = found.slice(0, limit);
      tx.publish(logRead(reading, { what: 'erasures', asked: {}, shown: items.length }, this.clock.now()));
      const last = found.length > limit ? items.at(-1)! : null;
      const next = last && this.cursors.encode({ proposedAt: last.proposedAt.toISOString(), id: last.id }, scope);
      return { items: items.map(shown), next };
    });
  }

  /** The same officer's same decision again is answered as it was. */
  private async decide(
    tx: Transaction,
    by: Principal,
    id: string,
    state: 'CONFIRMED' | 'REJECTED',
    destroyed: HashKeysDestroyed['keys'],
  ): Promise<ErasureView> {
    const officer = officerWith(OFFICERS, by);
    const found = await this.store.find(tx.query, id, true);
    if (found?.state === state && found.decidedBy === officer) return shown(found);
    const erasure = this.decidable(found, id, officer);
    const now = this.clock.now();
    const decided: Erasure = { ...erasure, state, decidedBy: officer, decidedAt: now, destroyed };
    await this.store.decide(tx.query, decided);
    const type = state === 'CONFIRMED' ? 'audit.erasure-confirmed.v1' : 'audit.erasure-rejected.v1';
    const data = { erasureId: id, by: officer, departmentId: by.departmentId, ...asked(erasure) };
    const fact: ErasureDecided = { type, key: id, at: now.toISOString(), data };
    tx.publish(fact);
    return shown(decided);
  }

  private decidable(erasure: Erasure | null, id: string, officer: string): Erasure {
    if (!erasure) throw new Refusal('audit.erasure_unknown', { about: [id] });
    if (erasure.state !== 'PROPOSED') throw new Refusal('audit.erasure_decided', { about: [erasure.state] });
    if (erasure.proposedBy === officer) throw new Refusal('audit.second_officer_required', { about: [officer] });
    return erasure;
  }

  private async expectErasable(query: Sql, { resourceId, quarters }: Erasure, now: Date): Promise<void> {
    const early = quarters.filter((quarter) => !mayBeErased(quarter, now));
    if (early.length > 0) throw new Refusal('audit.erasure_too_early', { about: early });
    if (await this.holds.isHeld(query, termOf('about', resourceId)))
      throw new Refusal('audit.erasure_held', { about: [resourceId] });
  }
}

const asked = ({ resourceId, quarters }: Erasure) => ({ resourceId, quarters });
const shown = ({ proposedAt, decidedAt, ...erasure }: Erasure): ErasureView => ({
  ...erasure,
  proposedAt: proposedAt.toISOString(),
  decidedAt: decidedAt?.toISOString() ?? null,
});
