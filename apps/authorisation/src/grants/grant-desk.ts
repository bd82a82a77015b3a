import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { ConsentsService } from '../consents/consents.service';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import { SystemStore } from '../systems/system.store';
import type { ChangedGrant, Grant, Narrowing } from './domain/grant';
import { checkedScope, checkSystems } from './domain/scope';
import { GrantStore } from './grant.store';

/** A grant with everything that hangs together with it, locked until the transaction ends. */
export type LockedGrant = Readonly<{ grant: Grant; chain: readonly Grant[] }>;

/** What every act on a grant begins and ends with. */
@Injectable()
export class GrantDesk {
  constructor(
    private readonly grants: GrantStore,
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
    private readonly systems: SystemStore,
    private readonly consents: ConsentsService,
  ) {}

  /** To strangers it does not exist. */
  async known(id: string, by: Principal): Promise<Grant> {
    const grant = await this.grants.find(id);
    if (!grant) throw new Refusal('request.not_found');
    const { providerId, holderId, disposal } = grant;
    const parties = [providerId, holderId, ...(disposal?.reporterId ? [disposal.reporterId] : [])];
    if (!(await this.organisations.concern(parties, by))) throw new Refusal('request.not_found');
    return grant;
  }

  async lock(tx: Transaction, id: string): Promise<LockedGrant> {
    const chain = await this.grants.lockChain(tx, id);
    const grant = chain.find((link) => link.id === id);
    if (!grant) throw new Refusal('request.not_found');
    return { grant, chain };
  }

  /**
   * Saves what became of grants of a chain. What was proposed about them and is not awaited any more is withdrawn: the
   * authority decides on nothing that has ended otherwise.
   *
   * @param answered the case that is being answered at this moment
   */
  async keep(
    tx: Transaction,
    chain: readonly Grant[],
    changed: readonly ChangedGrant[],
    now: Date,
    answered: string | null = null,
  ): Promise<void> {
    await this.grants.saveAll(tx, changed);
    for (const { state } of changed) {
      const before = chain.find(({ id }) => id === state.id)?.proposals ?? [];
      const awaited = state.proposals.map(({ caseId }) => caseId);
      for (const { caseId } of before)
        if (caseId !== answered && !awaited.includes(caseId)) await this.consents.withdraw(tx, caseId, null, now);
    }
  }

  /** @returns the change with its row filter in the items' own form */
  async checkedChange(change: Narrowing, grant: Grant): Promise<Narrowing> {
    const { systems, rowFilter } = change;
    const ownerId = grant.recipientOwnerId ?? grant.holderId;
    if (systems) checkSystems(systems, await this.systems.named(systems), { departmentId: grant.holderId, ownerId });
    if (!rowFilter) return change;
    const resource = await this.resources.published(grant.resourceId);
    // Items and masks are held against the grant; only the filter must be read with the resource's own types.
    return { ...change, rowFilter: checkedScope({ items: [], mask: {}, rowFilter }, resource).rowFilter };
  }
}
