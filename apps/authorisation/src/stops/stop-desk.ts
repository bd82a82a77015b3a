import { Injectable } from '@nestjs/common';
import { oversees, Refusal, type Principal, type StopTarget } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { GrantStore } from '../grants/grant.store';
import { isKnownTo as isOfficerKnownTo } from '../officers/domain/officer';
import { OfficerStore } from '../officers/officer.store';
import { holdsRole, type Organisation } from '../organisations/domain/organisation';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import { SystemStore } from '../systems/system.store';
import type { Subject } from './domain/stop';

export type Aim = Readonly<{ target: StopTarget; targetId: string; organisationId: string | null }>;
type Found = Readonly<{
  departmentIds?: readonly string[];
  providerId?: string;
  bodies: readonly string[];
  clientOfPeople?: boolean;
}>;
type Bodies = ReadonlyMap<string, Organisation>;

/** Looks up what is to be stopped: whose it is and who oversees it. What the caller may not know of is not found. */
@Injectable()
export class StopDesk {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly officers: OfficerStore,
    private readonly systems: SystemStore,
    private readonly grants: GrantStore,
    private readonly resources: ResourceStore,
  ) {}

  async subject(tx: Transaction, aim: Aim, by: Principal, now: Date): Promise<Subject> {
    const { departmentIds = [], providerId = null, bodies, clientOfPeople = false } = await this.found(aim, by, now);
    const known = await this.organisations.all(bodies, tx.manager);
    if (bodies.some((id) => !known.has(id))) throw new Refusal('organisation.unknown');
    return {
      target: aim.target,
      targetId: aim.targetId,
      departmentIds,
      providerId,
      clientOfPeople,
      concerned: [...known.values()].map((body) => ({
        id: body.id,
        regionCode: body.regionCode,
        isProvincialAuthority: holdsRole(body, 'PROVINCIAL_AUTHORITY', now),
      })),
    };
  }

  private found({ target, targetId, organisationId }: Aim, by: Principal, now: Date): Promise<Found> {
    switch (target) {
      case 'token':
      case 'session':
        return Promise.resolve(ofDepartment(organisationId, by));
      case 'client':
        return this.client(targetId, organisationId, by);
      case 'system':
        return this.system(targetId, by);
      case 'officer':
        return this.officer(targetId, by, now);
      case 'organisation':
        return this.organisation(targetId);
      case 'grant':
        return this.grant(targetId, by);
      case 'resource':
        return this.resource(targetId, by);
    }
  }

  /** A system's client is the system's id; any other belongs to the people of whoever it is said. */
  private async client(id: string, organisationId: string | null, by: Principal): Promise<Found> {
    if (await this.systems.find(id)) return this.system(id, by);
    return { ...ofDepartment(organisationId, by), clientOfPeople: true };
  }

  private async system(id: string, by: Principal): Promise<Found> {
    const system = await this.systems.find(id);
    if (!system) throw new Refusal('request.not_found');
    const { departmentId, ownerId } = system;
    const bodies = [...new Set([departmentId, ownerId])];
    const known = await this.organisations.all(bodies);
    // The operator stops the clients of systems it may not look at. [R14.3]
    const operates = by.roles.includes('PLATFORM_OPERATOR');
    if (departmentId !== by.departmentId && !operates && !overseesOne(bodies, known, by))
      throw new Refusal('request.not_found');
    return { departmentIds: [departmentId], bodies };
  }

  private async officer(id: string, by: Principal, now: Date): Promise<Found> {
    const officer = await this.officers.find(id);
    const standing = (officer?.appointments ?? []).filter(({ until }) => until === null || until > now.toISOString());
    const bodies = [...new Set(standing.map((held) => held.organisationId))];
    if (!officer || !isOfficerKnownTo(officer, await this.organisations.all(bodies), by))
      throw new Refusal('request.not_found');
    return { departmentIds: bodies, bodies };
  }

  private async organisation(id: string): Promise<Found> {
    if (!(await this.organisations.find(id))) throw new Refusal('request.not_found');
    return { bodies: [id] };
  }

  private async grant(id: string, by: Principal): Promise<Found> {
    const grant = await this.grants.find(id);
    if (!grant) throw new Refusal('request.not_found');
    const bodies = [grant.providerId, grant.holderId];
    if (!(await this.organisations.concern(bodies, by))) throw new Refusal('request.not_found');
    return { providerId: grant.providerId, bodies };
  }

  private async resource(id: string, by: Principal): Promise<Found> {
    const providerId = await this.resources.providerOf(id);
    if (providerId === null) throw new Refusal('request.not_found');
    const known = await this.organisations.all([providerId]);
    // A resource that is withdrawn or hidden is known to its provider and to who oversees it.
    if (providerId !== by.departmentId && !overseesOne([providerId], known, by)) throw new Refusal('request.not_found');
    return { providerId, bodies: [providerId] };
  }
}

/** Nobody here knows tokens and sessions: whose they are is said, and the stop hits that department's callers alone. */
function ofDepartment(organisationId: string | null, by: Principal): Found {
  const anybodys = by.roles.includes('PROVINCIAL_AUTHORITY') || by.roles.includes('PLATFORM_OPERATOR');
  const of = organisationId ?? (anybodys ? null : by.departmentId);
  return of === null ? { bodies: [] } : { departmentIds: [of], bodies: [of] };
}

const overseesOne = (ids: readonly string[], bodies: Bodies, by: Principal): boolean =>
  ids.some((id) => {
    const body = bodies.get(id);
    return body !== undefined && oversees(by, body.regionCode);
  });
