import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { OrganisationState } from '@qiongtong/contracts';
import { EventBatch, HEARTBEAT_TYPE, type Message } from '@qiongtong/platform';
import { OrganisationStore } from './organisation.store';

@Controller()
export class OrganisationsConsumer {
  constructor(private readonly organisations: OrganisationStore) {}

  @EventPattern('policy.organisations/*')
  async project(@Payload() batch: EventBatch<OrganisationState | null>): Promise<void> {
    await batch.once(async (tx, fresh) => {
      // The last message of a key is its state; heartbeats say nothing of organisations.
      const last = new Map(fresh.filter((m) => m.type !== HEARTBEAT_TYPE).map((m) => [m.key, stateOf(m)]));
      const states = [...last.values()].filter((state) => state !== null);
      const gone = [...last].filter(([, state]) => state === null).map(([id]) => id);
      if (states.length > 0) await this.organisations.project(tx, states);
      if (gone.length > 0) await this.organisations.forget(tx, gone);
    });
  }
}

/** A message that is no organisation's state is thrown back, to be parked. */
function stateOf({ key, data }: Message<OrganisationState | null>): OrganisationState | null {
  if (data !== null && data?.id !== key) throw new Error('not the state of the organisation that is its key');
  return data;
}
