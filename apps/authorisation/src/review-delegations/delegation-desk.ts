import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { OfficerStore } from '../officers/officer.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import type { Delegate, NewDelegation, ReviewDelegation } from './domain/review-delegation';

/** What a delegation names, looked up. */
@Injectable()
export class DelegationDesk {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly officers: OfficerStore,
    private readonly resources: ResourceStore,
  ) {}

  async delegate({ delegateId, officerId }: Omit<NewDelegation, 'id'>, now: Date): Promise<Delegate> {
    const body = await this.organisations.find(delegateId);
    if (!body) return null;
    const serving = officerId === null ? [] : await this.officers.serving([officerId], delegateId, now);
    return { kind: body.kind, status: body.status, officerServes: officerId === null || serving.includes(officerId) };
  }

  /** Unknown resources are nobody's own. */
  async notOwn(tx: Transaction, providerId: string, ids: readonly string[]): Promise<string[]> {
    const own = await this.resources.ofProvider(tx, providerId, ids);
    return ids.filter((id) => !own.includes(id));
  }

  isKnownTo({ providerId, delegateId }: ReviewDelegation, by: Principal): Promise<boolean> {
    return this.organisations.concern([providerId, delegateId], by);
  }
}
