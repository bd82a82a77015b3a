import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { AuthorisationConfig } from '../config';
import type { Organisation } from '../organisations/domain/organisation';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import type { Surroundings as Known, System } from './domain/system';
import { SystemStore } from './system.store';

/** What must be known of the bodies and resources around a system before it is registered so. */
@Injectable()
export class Surroundings {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
    private readonly systems: SystemStore,
    private readonly config: AuthorisationConfig,
  ) {}

  department(id: string, tx?: Transaction): Promise<Organisation | null> {
    return this.organisations.find(id, tx?.manager);
  }

  async of(
    system: Pick<System, 'id' | 'departmentId' | 'ownerId' | 'provides' | 'addresses' | 'certificates'>,
    tx: Transaction,
  ): Promise<Known> {
    const bodies = await this.organisations.all([system.departmentId, system.ownerId], tx.manager);
    return {
      department: bodies.get(system.departmentId) ?? null,
      owner: bodies.get(system.ownerId) ?? null,
      foreignResources: await this.resources.notOf(tx, system.departmentId, system.provides),
      ofOthers: await this.systems.bindingsOfOthers(tx, system),
      bindingRequired: this.config.MODE === 'production',
    };
  }
}
