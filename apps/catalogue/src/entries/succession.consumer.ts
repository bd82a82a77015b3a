import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { OrganisationChangeBegun, OrganisationChangeCarriedOut } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { EntriesService } from './entries.service';

type Told = OrganisationChangeBegun['data'] | OrganisationChangeCarriedOut['data'];

/** Entries follow the decision on their provider: when it begins, and once more for what was drafted in between. */
@Controller()
export class SuccessionConsumer {
  constructor(private readonly entries: EntriesService) {}

  @EventPattern('authorisation.organisation-change-begun.v1')
  begun(@Payload() batch: EventBatch<Told>): Promise<void> {
    return this.pass(batch);
  }

  @EventPattern('authorisation.organisation-change-carried-out.v1')
  carriedOut(@Payload() batch: EventBatch<Told>): Promise<void> {
    return this.pass(batch);
  }

  private pass(batch: EventBatch<Told>): Promise<void> {
    return batch.once(async (tx, fresh) => {
      for (const { data } of fresh) {
        const { changeId, documentNumber, organisationIds, decidedBy, authorityId, entries } = data;
        const passing = { changeId, documentNumber, decidedBy, authorityId, entries };
        await this.entries.pass(tx, organisationIds, passing);
      }
    });
  }
}
