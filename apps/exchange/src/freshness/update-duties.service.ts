import { Injectable } from '@nestjs/common';
import { officerWith, Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import { Clock, Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { assessed, confirmed, nextLookOf, type UpdateDuty, type UpdateRules } from './domain/update-duty';
import { UpdateDutyStore } from './update-duty.store';

const KEEP_EVERY_MS = 60_000;
const AT_ONCE = 500;
/** Signs closer together than this are one: a busy source does not lock its duty for every batch. */
const SAME_SIGN_MS = 60_000;
const STATING = ['SUBMITTER', 'RESPONSIBLE_OFFICER'] as const;

type Sign = 'updatedAt' | 'heardAt';

/** Keeps account of who has to update what until when. It reminds and reports; it decides nothing. [R8.3, R8.4] */
@Injectable()
export class UpdateDutiesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: UpdateDutyStore,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
  ) {
    scheduler.every('update duties', KEEP_EVERY_MS, (now) => this.keep(now));
  }

  /** Within the transaction that applies a batch. */
  async updated(tx: Transaction, resourceId: string, at: Date): Promise<void> {
    await this.signed(tx, resourceId, 'updatedAt', at);
  }

  /** An officer of the provider states that nothing changed since the last batch. [R8.3] */
  async confirmNoChange(resourceId: string, by: Principal): Promise<UpdateDuty> {
    const officerId = officerWith(STATING, by);
    this.ownResource(resourceId, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const { duty, fact } = confirmed(await this.locked(tx, resourceId), officerId, now);
      tx.publish(fact);
      return this.settle(tx, duty, now);
    });
  }

  /** A source that has nothing to send says that it is there. */
  async hear(resourceId: string, by: Principal): Promise<UpdateDuty> {
    this.ownResource(resourceId, by);
    const system = by.systemId === null ? undefined : this.policy.index.system(by.systemId);
    if (!system?.provides.includes(resourceId)) throw new Refusal('access.not_provider', { about: [resourceId] });
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      return (await this.signed(tx, resourceId, 'heardAt', now)) ?? (await this.locked(tx, resourceId));
    });
  }

  /** Takes up new duties, lets go those that ended, and moves the states whose time has come. */
  async keep(now: Date): Promise<void> {
    // A projection that is not whole yet would end duties that it has not read of.
    if (this.policy.freshness() === 'fresh') await this.reconcile(now);
    for (let found = AT_ONCE; found === AT_ONCE;)
      found = await this.work.run(async (tx) => {
        const due = await this.store.lockDue(tx, now, AT_ONCE);
        await this.settleAll(tx, due, now);
        return due.length;
      });
  }

  private async reconcile(now: Date): Promise<void> {
    const owed = new Map<string, ResourceState>();
    for (const resource of this.policy.index.resources()) if (owesUpdates(resource)) owed.set(resource.id, resource);
    const ended = (await this.store.ids()).filter((id) => !owed.has(id));
    for (const ids of chunks(ended)) await this.work.run((tx) => this.store.end(tx, ids));
    for (const ids of chunks([...owed.keys()]))
      await this.work.run(async (tx) => {
        const { duties, lastBatches } = await this.store.known(tx, ids);
        const known = new Map(duties.map((duty) => [duty.resourceId, duty]));
        const changed = ids.flatMap((id) => {
          const duty = this.dutyOf(owed.get(id)!, known.get(id), lastBatches.get(id) ?? null, now);
          return duty === known.get(id) ? [] : [duty];
        });
        await this.settleAll(tx, changed, now);
      });
  }

  /** The same object where nothing about it changed. */
  private dutyOf(
    { id: resourceId, providerId, updateCycle }: ResourceState,
    known: UpdateDuty | undefined,
    lastBatch: Date | null,
    now: Date,
  ): UpdateDuty {
    const regionCode = this.policy.index.organisation(providerId)?.regionCode ?? '';
    const cycle = updateCycle!;
    if (known && known.providerId === providerId && known.regionCode === regionCode && known.cycle === cycle)
      return known;
    const since = known?.since ?? now;
    const times = { updatedAt: lastBatch, confirmedAt: null, heardAt: null, state: 'ON_TIME' as const };
    return { ...times, ...known, resourceId, providerId, regionCode, cycle, since, dueAt: known?.dueAt ?? now };
  }

  private async signed(tx: Transaction, resourceId: string, sign: Sign, at: Date): Promise<UpdateDuty | null> {
    const duty = await this.store.lock(tx, resourceId);
    if (!duty) return null;
    const before = duty[sign];
    if (before && duty.state === 'ON_TIME' && at.getTime() - before.getTime() < SAME_SIGN_MS) return duty;
    return this.settle(tx, { ...duty, [sign]: at }, at);
  }

  private async settle(tx: Transaction, duty: UpdateDuty, now: Date): Promise<UpdateDuty> {
    return (await this.settleAll(tx, [duty], now))[0]!;
  }

  private async settleAll(tx: Transaction, duties: readonly UpdateDuty[], now: Date): Promise<UpdateDuty[]> {
    const settled = duties.map((duty) => assessed(duty, this.rulesOf(duty, now), now));
    for (const { fact } of settled) if (fact) tx.publish(fact);
    await this.store.save(
      tx,
      settled.map(({ duty }) => ({ ...duty, lookAt: nextLookOf(duty) })),
    );
    return settled.map(({ duty }) => duty);
  }

  private rulesOf({ providerId }: UpdateDuty, now: Date): UpdateRules {
    const type = this.policy.index.organisation(providerId)?.type ?? 'OTHER';
    const { monthlyFloor: floorMonths } = rulePackFor(now, type);
    return { floorMonths, realtimeSilenceHours: this.config.REALTIME_SILENCE_HOURS };
  }

  private async locked(tx: Transaction, resourceId: string): Promise<UpdateDuty> {
    const duty = await this.store.lock(tx, resourceId);
    if (!duty) throw new Refusal('exchange.no_update_duty', { about: [resourceId] });
    return duty;
  }

  /** Somebody else's resource looks like one that does not exist. */
  private ownResource(resourceId: string, { departmentId }: Principal): void {
    if (this.policy.index.resource(resourceId)?.providerId !== departmentId) throw new Refusal('request.not_found');
  }
}

const owesUpdates = ({ status, deliveryMode, updateCycle }: ResourceState): boolean =>
  status === 'PUBLISHED' && deliveryMode === 'HOSTED' && Boolean(updateCycle);

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}
