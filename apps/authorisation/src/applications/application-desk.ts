import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import type { GrantScope } from '@qiongtong/regulation';
import type { Grant } from '../grants/domain/grant';
import { checkedScope, checkPeriod, checkRenewedPeriod, checkSystems, type AskedScope } from '../grants/domain/scope';
import { OfficerStore } from '../officers/officer.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import { ReviewDelegationStore } from '../review-delegations/review-delegation.store';
import { Rules } from '../rule-packs/rules';
import { SystemStore } from '../systems/system.store';
import type { Reviewing, Terms } from './domain/review';
import { isKnownTo, type Asked, type SharingApplication } from './domain/sharing-application';
import { checkAsked, checkMayApply } from './domain/submission';

/** What an application refers to, looked up and held against it before it is decided on. */
@Injectable()
export class ApplicationDesk {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
    private readonly systems: SystemStore,
    private readonly officers: OfficerStore,
    private readonly delegations: ReviewDelegationStore,
    private readonly rules: Rules,
  ) {}

  /** The resource, and whether this department may apply for it; with the rules that bind its provider. */
  async forApplication(resourceId: string, applicantId: string, now: Date) {
    const resource = await this.resources.published(resourceId);
    const bodies = await this.organisations.all([applicantId, resource.providerId]);
    const [applicant, provider] = [bodies.get(applicantId), bodies.get(resource.providerId)];
    if (!applicant) throw new Refusal('access.caller_unknown');
    if (!provider) throw new Refusal('access.resource_unknown', { about: [resourceId] });
    checkMayApply(resource, applicant, now);
    return { resource, applicant, pack: this.rules.for(provider.type, now) };
  }

  /** @returns everything that is needed to deliver it, with its row filter in the items' own form */
  async checkedApplication(resourceId: string, given: Asked, applicantId: string, now: Date) {
    const { resource, applicant, pack } = await this.forApplication(resourceId, applicantId, now);
    const asked = await this.checkedAsk(given, resource, applicant.id, now);
    checkAsked(asked, applicant);
    return { resource, applicant, pack, asked };
  }

  /** @returns what is asked, with its row filter in the items' own form */
  async checkedAsk(asked: Asked, resource: ResourceState, applicantId: string, now: Date): Promise<Asked> {
    checkPeriod(asked.period, now);
    return this.checkedWithin(asked, resource, applicantId, now);
  }

  /** Items, filter, people and systems of a scope, as they are registered now. */
  private async checkedWithin<S extends Omit<AskedScope, 'period' | 'limits'>>(
    asked: S,
    resource: ResourceState,
    applicantId: string,
    now: Date,
  ): Promise<S> {
    const checked = checkedScope(asked, resource);
    const { officers } = asked.scopeOfKnowledge;
    const serving = await this.officers.serving(officers, applicantId, now);
    const strangers = officers.filter((officer) => !serving.includes(officer));
    if (strangers.length > 0) throw new Refusal('application.scope_invalid', { about: strangers });
    const run = { departmentId: applicantId, ownerId: applicantId };
    checkSystems(asked.systems, await this.systems.named(asked.systems), run);
    return checked;
  }

  /** @returns what a grant is to become, with its row filter in the items' own form; more needs what an application needs */
  async checkedAmendment(to: GrantScope, { period }: Grant, wider: boolean, now: Date): Promise<GrantScope> {
    const { resourceId, holderId } = to;
    if (to.period.until !== period.until) checkRenewedPeriod(to.period.until, now);
    if (!wider) return this.checkedWithin(to, await this.resources.published(resourceId), holderId, now);
    const { resource, applicant } = await this.forApplication(resourceId, holderId, now);
    checkAsked(to, applicant);
    return this.checkedWithin(to, resource, holderId, now);
  }

  /** @returns the terms, with their row filter in the items' own form */
  async checkedTerms(terms: Terms, { asked, resourceId }: SharingApplication): Promise<Terms> {
    const resource = await this.resources.published(resourceId);
    const { matterNumber: _matterNumber, agreement: _agreement, ...set } = terms;
    const { rowFilter } = checkedScope({ ...asked, ...set }, resource);
    return set.rowFilter === undefined ? terms : { ...terms, rowFilter };
  }

  /** In which capacity the caller reviews. */
  async reviewing(tx: Transaction, application: SharingApplication, by: Principal, now: Date): Promise<Reviewing> {
    if (by.departmentId === application.providerId) return { by, delegated: false };
    return { by, delegated: await this.delegations.covers(application.id, by, now, tx.query) };
  }

  async isKnownTo(application: SharingApplication, by: Principal, now: Date): Promise<boolean> {
    const parties = [application.applicantId, application.providerId];
    if (parties.includes(by.departmentId)) return isKnownTo(application, { regions: [], delegated: false }, by);
    const regions = await this.organisations.regionsOf(parties);
    const delegated = await this.delegations.covers(application.id, by, now);
    return isKnownTo(application, { regions, delegated }, by);
  }

  /** A batch is its applicant's, and whoever oversees it knows of it. */
  concerns(applicantId: string, by: Principal): Promise<boolean> {
    return this.organisations.concern([applicantId], by);
  }
}
