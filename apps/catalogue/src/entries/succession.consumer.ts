import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { OrganisationChangeBegun, OrganisationChangeCarriedOut } from '@qiongtong/contracts';
import type { EventBatch, Message, Transaction } from '@qiongtong/platform';
import { AssignmentStore } from '../one-source/assignment.store';
import { successionsOf } from '../one-source/domain/assignment-succession';
import { EntriesService } from './entries.service';

type Told = OrganisationChangeBegun['data'] | OrganisationChangeCarriedOut['data'];

/** Entries follow the decision on their provider: when it begins, and once more for what was drafted in between. */
@Controller()
export class SuccessionConsumer {
  constructor(
    private readonly entries: EntriesService,
    private readonly assignments: AssignmentStore,
  ) {}

  @EventPattern('authorisation.organisation-change-begun.v1')
  begun(@Payload() batch: EventBatch<Told>): Promise<void> {
    return batch.once((tx, fresh) => this.pass(tx, fresh));
  }

  @EventPattern('authorisation.organisation-change-carried-out.v1')
  carriedOut(@Payload() batch: EventBatch<OrganisationChangeCarriedOut['data']>): Promise<void> {
    return batch.once(async (tx, fresh) => {
      await this.pass(tx, fresh);
      // Who collects in the place of those that ended is settled when the bodies themselves are known (one-source).
      for (const { data, at } of fresh) await this.assignments.keepSuccessions(tx, successionsOf(data), at);
    });
  }

  private async pass(tx: Transaction, fresh: readonly Message<Told>[]): Promise<void> {
    for (const { data } of fresh) {
      const { changeId, documentNumber, organisationIds, decidedBy, authorityId, entries } = data;
      const passing = { changeId, documentNumber, decidedBy, authorityId, entries };
      await this.entries.pass(tx, organisationIds, passing);
    }
  }
}
