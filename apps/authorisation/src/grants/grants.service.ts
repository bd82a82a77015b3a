import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page } from '@qiongtong/platform';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import { isKnownTo, revoke, type Grant, type Revocation } from './domain/grant';
import { GrantStore, type GrantFilter } from './grant.store';

@Injectable()
export class GrantsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly grants: GrantStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<Grant> {
    const grant = await this.grants.find(id);
    if (!grant || !(await this.isKnownTo(grant, by))) throw new Refusal('request.not_found');
    return grant;
  }

  list(filter: GrantFilter, page: PageOf, by: Principal): Promise<Page<Grant>> {
    const { status, resourceId, holderId, providerId } = filter;
    const scope = ['grants', by.departmentId, status, resourceId, holderId, providerId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.grants.list(filter, by, after, limit));
  }

  /** Revokes a grant with everything transferred from it; the gateway refuses from its next decision on. */
  async revoke(id: string, revocation: Revocation, by: Principal): Promise<Grant> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const chain = await this.grants.lockChain(tx, id);
      const grant = chain.find((link) => link.id === id);
      if (!grant) throw new Refusal('request.not_found');
      const ended = revoke(grant, chain, revocation, by, this.clock.now());
      await this.grants.saveEnded(tx, ended);
      return ended[0]!.state;
    });
  }

  private async isKnownTo(grant: Grant, by: Principal): Promise<boolean> {
    const parties = [grant.providerId, grant.holderId];
    return isKnownTo(grant, parties.includes(by.departmentId) ? [] : await this.organisations.regionsOf(parties), by);
  }
}
