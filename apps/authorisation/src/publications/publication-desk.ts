import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import { ancestors, isKnownTo as isGrantKnownTo, type Grant } from '../grants/domain/grant';
import { checkedScope, checkPeriod } from '../grants/domain/scope';
import { GrantStore } from '../grants/grant.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import type { Asked, Held, PublicationRequest } from './domain/publication-request';

/** What would be published: what was obtained by a grant, or a resource that the department has by right. */
export type Source = Readonly<
  { grantId: string; resourceId?: undefined } | { grantId?: undefined; resourceId: string }
>;
/** What is left out is as in the grant. */
export type Wanted = Omit<Asked, 'rowFilter' | 'mask'> & Partial<Pick<Asked, 'rowFilter' | 'mask'>>;

/** What a publication refers to, looked up and held against it before it is decided on. */
@Injectable()
export class PublicationDesk {
  constructor(
    private readonly grants: GrantStore,
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
  ) {}

  async source(
    { grantId, resourceId }: Source,
    by: Principal,
  ): Promise<{ resource: ResourceState; grant: Grant | null }> {
    if (grantId === undefined) return { resource: await this.resources.published(resourceId), grant: null };
    const grant = await this.grants.find(grantId);
    if (!grant || !isGrantKnownTo(grant, [], by)) throw new Refusal('request.not_found');
    return { resource: await this.resources.published(grant.resourceId), grant };
  }

  /** @returns what is asked, with its row filter in the items' own form */
  checkedAsk(wanted: Wanted, resource: ResourceState, grant: Grant | null, now: Date): Asked {
    checkPeriod(wanted.period, now);
    const masked = Object.entries(grant?.mask ?? {}).filter(([item]) => wanted.items.includes(item));
    const asIn = { rowFilter: grant?.rowFilter ?? null, mask: Object.fromEntries(masked) };
    return checkedScope({ ...asIn, ...wanted }, resource);
  }

  /** What the requester has now; the chain of its grant stays as it is until the transaction ends. */
  async held(tx: Transaction, resourceId: string, grantId: string | null, requesterId: string): Promise<Held> {
    const chain = grantId === null ? [] : await this.grants.lockChain(tx, grantId);
    const grant = chain.find(({ id }) => id === grantId) ?? null;
    if (grantId !== null && !grant) throw new Refusal('request.not_found');
    const requester = await this.organisations.find(requesterId, tx.manager);
    if (!requester) throw new Refusal('access.caller_unknown');
    return {
      resource: await this.resources.published(resourceId, tx.manager),
      requester,
      grant,
      ancestors: grant ? ancestors(grant, chain) : [],
      origins: await this.resources.originsOf(resourceId, tx.manager),
    };
  }

  checkNotOver({ asked }: PublicationRequest, now: Date): void {
    if (asked.period.until <= now.toISOString()) throw new Refusal('application.period_invalid');
  }

  async rulePack(providerId: string, now: Date): Promise<string> {
    const provider = await this.organisations.find(providerId);
    if (!provider) throw new Refusal('access.resource_unknown');
    return rulePackFor(now, provider.type).reference;
  }

  isKnownTo(
    { requesterId, deciders }: Pick<PublicationRequest, 'requesterId' | 'deciders'>,
    by: Principal,
  ): Promise<boolean> {
    return this.organisations.concern([requesterId, ...deciders], by);
  }
}
