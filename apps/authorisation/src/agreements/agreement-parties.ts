import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import type { GrantScope } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import { ResourceStore } from '../resources/resource.store';
import type { AgreedApplication, Names } from './domain/agreement';

/** How the parties and the things of an agreement are called. */
@Injectable()
export class AgreementParties {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly resources: ResourceStore,
  ) {}

  async names(tx: Transaction, application: AgreedApplication, scope: GrantScope): Promise<Names> {
    const { providerId, applicantId } = application;
    const bodies = await this.organisations.all([providerId, applicantId], tx.manager);
    const resource = await this.resources.published(scope.resourceId, tx.manager);
    const [provider, applicant] = [bodies.get(providerId), bodies.get(applicantId)];
    if (!provider || !applicant) throw new Refusal('request.not_found');
    return {
      provider: provider.name,
      applicant: applicant.name,
      resource: resource.name,
      items: Object.fromEntries(resource.items.map(({ code, name }) => [code, name])),
    };
  }
}
