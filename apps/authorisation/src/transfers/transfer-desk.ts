import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import { AuthorisationConfig } from '../config';
import { ancestors, isKnownTo as isGrantKnownTo, type Grant } from '../grants/domain/grant';
import { checkedScope, checkPeriod, checkSystems } from '../grants/domain/scope';
import { GrantStore } from '../grants/grant.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import { SystemStore } from '../systems/system.store';
import { isKnownTo, type Held, type NewTransfer, type OnwardTransfer, type Recipient } from './domain/onward-transfer';

/** What a transfer would come from: a grant, or where the holder has the resource by right, the resource. */
export type Source = Readonly<
  { grantId: string; resourceId?: undefined } | { grantId?: undefined; resourceId: string }
>;

/** What a transfer refers to, looked up and held against it before it is decided on. */
@Injectable()
export class TransferDesk {
  constructor(
    private readonly grants: GrantStore,
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
    private readonly systems: SystemStore,
    private readonly config: AuthorisationConfig,
  ) {}

  /** A grant that the caller is a party to with its resource, or the resource alone. */
  async source(
    { grantId, resourceId }: Source,
    by: Principal,
  ): Promise<{ resource: ResourceState; parent: Grant | null }> {
    if (grantId === undefined) return { resource: await this.resources.published(resourceId), parent: null };
    const parent = await this.grants.find(grantId);
    if (!parent || !isGrantKnownTo(parent, [], by)) throw new Refusal('request.not_found');
    return { resource: await this.resources.published(parent.resourceId), parent };
  }

  /** What the holder has now and may pass to this recipient; the chain stays as it is until the transaction ends. */
  async held(
    tx: Transaction,
    resource: ResourceState,
    grantId: string | null,
    holderId: string,
    recipient: Recipient | null,
  ): Promise<Held> {
    const chain = grantId === null ? [] : await this.grants.lockChain(tx, grantId);
    const grant = chain.find(({ id }) => id === grantId) ?? null;
    if (grantId !== null && !grant) throw new Refusal('request.not_found');
    const holder = grant?.holderId ?? holderId;
    return {
      resource,
      holderId: holder,
      grant,
      ancestors: grant ? ancestors(grant, chain) : [],
      missingOrigins: recipient ? await this.missingOrigins(tx, resource, holder, recipient) : [],
      depthLimit: this.config.TRANSFER_DEPTH_LIMIT,
    };
  }

  /** As `decide` will ask: a derived resource needs each origin too, given by its own provider. [R13.6] */
  private async missingOrigins(
    tx: Transaction,
    resource: ResourceState,
    holderId: string,
    { id, kind }: Recipient,
  ): Promise<string[]> {
    const origins = await this.resources.originsOf(resource.id, tx.manager);
    if (origins.length === 0) return [];
    const [user, vendor] = kind === 'VENDOR' ? [holderId, id] : [id, null];
    const given = await this.grants.givenWhole(
      tx,
      origins.map((origin) => origin.id),
      user,
      vendor,
    );
    const own = (providerId: string | null) => vendor === null && providerId === user;
    return origins.filter((origin) => !own(origin.providerId) && !given.includes(origin.id)).map((origin) => origin.id);
  }

  async recipient(id: string): Promise<Recipient | null> {
    return this.organisations.find(id);
  }

  /** @returns the scope with its row filter in the items' own form */
  async checkedScope(
    scope: NewTransfer['scope'],
    resource: ResourceState,
    recipient: Recipient | null,
    holderId: string,
    now: Date,
  ): Promise<NewTransfer['scope']> {
    checkPeriod(scope.period, now);
    const checked = checkedScope(scope, resource);
    if (recipient && scope.systems.length > 0) {
      const departmentId = recipient.kind === 'VENDOR' ? holderId : recipient.id;
      const named = await this.systems.named(scope.systems);
      checkSystems(scope.systems, named, { departmentId, ownerId: recipient.id });
      const unattested = named.filter(({ attestation }) => attestation === null).map(({ id }) => id);
      if (recipient.kind === 'VENDOR' && unattested.length > 0)
        throw new Refusal('transfer.owner_not_attested', { about: unattested });
    }
    return checked;
  }

  async rulePack(providerId: string, now: Date): Promise<string> {
    const provider = await this.organisations.find(providerId);
    if (!provider) throw new Refusal('access.resource_unknown');
    return rulePackFor(now, provider.type).reference;
  }

  async isKnownTo(transfer: OnwardTransfer, by: Principal): Promise<boolean> {
    const parties = [transfer.holderId, transfer.providerId];
    const regions = parties.includes(by.departmentId) ? [] : await this.organisations.regionsOf(parties);
    return isKnownTo(transfer, regions, by);
  }
}
