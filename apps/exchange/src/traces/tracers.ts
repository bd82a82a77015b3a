import { Injectable } from '@nestjs/common';
import { oversees, Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import { LivePolicy } from '../policy/live-policy';

/** Who may learn to whom a resource's records went. [R13.4, R14.9] */
@Injectable()
export class Tracers {
  constructor(private readonly policy: LivePolicy) {}

  /**
   * The resource, for the provider of it, and an authority and the auditor in its region; nobody else learns who read what.
   *
   * @returns undefined where it is no longer known
   */
  resource(by: Principal, resourceId: string): ResourceState | undefined {
    const resource = this.policy.index.resource(resourceId);
    const { officerId, roles } = by;
    const answers = roles.includes('REVIEWER') || roles.includes('RESPONSIBLE_OFFICER');
    const own = officerId !== null && answers && resource?.providerId === by.departmentId;
    const provider = resource && this.policy.index.organisation(resource.providerId);
    // What left of a resource that is no longer known can still be traced, by those who oversee the whole province.
    const regionCode = provider?.regionCode ?? '460000';
    if (!own && !oversees(by, regionCode)) throw new Refusal('audit.trace_not_yours', { about: [by.departmentId] });
    return resource;
  }
}
