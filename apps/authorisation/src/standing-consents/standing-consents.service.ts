import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { checkedScope, checkPeriod } from '../grants/domain/scope';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import { ResourceStore } from '../resources/resource.store';
import { decide, register, withdraw, type NamedUses, type StandingConsent } from './domain/standing-consent';
import { StandingConsentStore, type StandingConsentFilter } from './standing-consent.store';

@Injectable()
export class StandingConsentsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly consents: StandingConsentStore,
    private readonly resources: ResourceStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<StandingConsent> {
    const standing = await this.consents.find(id);
    if (!standing || !(await this.organisations.concern([standing.providerId], by)))
      throw new Refusal('request.not_found');
    return standing;
  }

  list(filter: StandingConsentFilter, page: PageOf, by: Principal): Promise<Page<StandingConsent>> {
    const scope = ['standing-consents', by.departmentId, filter.status, filter.resourceId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.consents.list(filter, by, after, limit));
  }

  async register(resourceId: string, uses: NamedUses, by: Principal): Promise<StandingConsent> {
    const now = this.clock.now();
    const resource = await this.resources.published(resourceId);
    checkPeriod(uses.period, now);
    const checked = checkedScope(uses, resource);
    return this.work.run(async (tx) => {
      const outcome = register(newId(), checked, resource, by, now);
      await this.consents.keep(tx, outcome);
      return outcome.state;
    });
  }

  decide(
    id: string,
    answer: Readonly<{ to: 'ACTIVE' | 'REJECTED'; reason: string | null }>,
    by: Principal,
  ): Promise<StandingConsent> {
    return this.act(id, by, (standing) => decide(standing, answer, by, this.clock.now()));
  }

  withdraw(id: string, reason: string, by: Principal): Promise<StandingConsent> {
    return this.act(id, by, (standing) => withdraw(standing, reason, by, this.clock.now()));
  }

  private async act(
    id: string,
    by: Principal,
    rule: (standing: StandingConsent) => ReturnType<typeof decide | typeof withdraw>,
  ): Promise<StandingConsent> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const outcome = rule(await this.consents.lock(tx, id));
      await this.consents.keep(tx, outcome);
      return outcome.state;
    });
  }
}
