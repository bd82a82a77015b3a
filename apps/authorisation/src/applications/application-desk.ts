import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import { rulePackFor } from '@qiongtong/regulation';
import { CalendarStore } from '../calendar/calendar.store';
import { checkedScope, checkPeriod, checkSystems } from '../grants/domain/scope';
import { OfficerStore } from '../officers/officer.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import { SystemStore } from '../systems/system.store';
import {
  checkMayApply,
  isKnownTo,
  type Asked,
  type SharingApplication,
  type Terms,
} from './domain/sharing-application';

/** What an application refers to, looked up and held against it before it is decided on. */
@Injectable()
export class ApplicationDesk {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
    private readonly systems: SystemStore,
    private readonly officers: OfficerStore,
    private readonly calendars: CalendarStore,
  ) {}

  async forApplication(resourceId: string, by: Principal, now: Date) {
    const resource = await this.resources.published(resourceId);
    const bodies = await this.organisations.all([by.departmentId, resource.providerId]);
    const [applicant, provider] = [bodies.get(by.departmentId), bodies.get(resource.providerId)];
    if (!applicant) throw new Refusal('access.caller_unknown');
    if (!provider) throw new Refusal('access.resource_unknown', { about: [resourceId] });
    checkMayApply(resource, applicant, now);
    const pack = rulePackFor(now, provider.type);
    return { resource, applicant, rules: { pack, calendars: await this.calendars.published() } };
  }

  /** @returns what is asked, with its row filter in the items' own form */
  async checkedAsk(asked: Asked, resource: ResourceState, applicantId: string, now: Date): Promise<Asked> {
    checkPeriod(asked.period, now);
    const checked = checkedScope(asked, resource);
    const { officers } = asked.scopeOfKnowledge;
    const serving = await this.officers.serving(officers, applicantId, now);
    const strangers = officers.filter((officer) => !serving.includes(officer));
    if (strangers.length > 0) throw new Refusal('application.scope_invalid', { about: strangers });
    const run = { departmentId: applicantId, ownerId: applicantId };
    checkSystems(asked.systems, await this.systems.named(asked.systems), run);
    return checked;
  }

  /** @returns the terms, with their row filter in the items' own form */
  async checkedTerms(terms: Terms, asked: Asked, resourceId: string): Promise<Terms> {
    const resource = await this.resources.published(resourceId);
    const { matterNumber: _matterNumber, statutoryBasis: _basis, ...set } = terms;
    const { rowFilter } = checkedScope({ ...asked, ...set }, resource);
    return set.rowFilter === undefined ? terms : { ...terms, rowFilter };
  }

  async isKnownTo(application: SharingApplication, by: Principal): Promise<boolean> {
    const parties = [application.applicantId, application.providerId];
    const regions = parties.includes(by.departmentId) ? [] : await this.organisations.regionsOf(parties);
    return isKnownTo(application, regions, by);
  }
}
