import { Injectable } from '@nestjs/common';
import type { Refusal } from '@qiongtong/contracts';
import { newId } from '@qiongtong/platform';
import type { EntityManager } from 'typeorm';
import { AuthorisationConfig } from '../config';
import { create, holdsRole, type Organisation } from '../organisations/domain/organisation';
import type { Succession } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import type { Parties } from './domain/authority';
import { successionOf, type OrganisationChange, type Terms } from './domain/organisation-change';
import { outcomesOf, type Outcomes, type World, type Bodies } from './outcomes';
import { obstacles } from './possible';
import type { Resource } from './preview';
import { WorldStore } from './world.store';

/** More of one part than this is looked at when it is carried out, part after part. */
const MOST_LOOKED_AT = 10_000;

export type Looked = Readonly<{
  world: World;
  succession: Succession | null;
  outcomes: Outcomes | null;
  resources: readonly Resource[];
  refusals: readonly Refusal[];
}>;

/** What a decision refers to, looked up and held against it. */
@Injectable()
export class ChangeDesk {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly worlds: WorldStore,
    private readonly config: AuthorisationConfig,
  ) {}

  /** Bodies that it names, as far as they exist. */
  existing({ organisationIds, successorIds }: Terms, manager?: EntityManager): Promise<Bodies> {
    return this.organisations.all([...organisationIds, ...successorIds], manager);
  }

  parties({ founded }: Terms, existing: Bodies, now: Date): Parties {
    const bodies = [...existing.values()].map((body) => ({
      ...body,
      isProvincialAuthority: holdsRole(body, 'PROVINCIAL_AUTHORITY', now),
    }));
    return { bodies, newRegions: founded.map(({ regionCode }) => regionCode) };
  }

  /** What it would do in this world, and what stands in its way. */
  async look(
    terms: Terms,
    by: Pick<OrganisationChange, 'id' | 'decidedBy' | 'authorityId'>,
    now: Date,
    manager?: EntityManager,
  ): Promise<Looked> {
    const existing = await this.existing(terms, manager);
    const bodies = new Map([...newcomers(terms, now), ...existing]);
    const from = terms.organisationIds;
    const succession = successionOf(terms, by);
    const world = await this.worlds.whole(bodies, from, MOST_LOOKED_AT, now, manager);
    const parties = world.cases.flatMap(({ providerId, otherPartyId }) => [providerId, otherPartyId]);
    const known = { ...world, bodies: new Map([...(await this.organisations.all(parties, manager)), ...bodies]) };
    const outcomes = succession && outcomesOf(known, succession, newId, now);
    const resources = await this.worlds.resources(from, manager);
    const around = {
      resources,
      stopped: await this.worlds.stopped(from, now, manager),
      bodiesWithRoles: await this.organisations.withRoles(manager),
      refusalAuthority: this.config.REFUSAL_AUTHORITY,
    };
    const refusals = obstacles(terms, succession, known, around, outcomes, now);
    return { world: known, succession, outcomes, resources, refusals };
  }
}

const newcomers = ({ founded }: Terms, now: Date): [string, Organisation][] =>
  founded.map((given) => [given.id, create({ ...given, kind: 'DEPARTMENT', roles: [] }, now)]);
