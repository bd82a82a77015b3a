import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { GrantState } from '@qiongtong/contracts';
import { EventBatch, HEARTBEAT_TYPE, type Message } from '@qiongtong/platform';
import { GrantStore } from './grant.store';

@Controller()
export class GrantsConsumer {
  constructor(private readonly grants: GrantStore) {}

  @EventPattern('policy.grants/*')
  async project(@Payload() batch: EventBatch<GrantState | null>): Promise<void> {
    await batch.once(async (tx, fresh) => {
      // The last message of a key is its state; heartbeats say nothing of grants.
      const last = new Map(fresh.filter((m) => m.type !== HEARTBEAT_TYPE).map((m) => [m.key, stateOf(m)]));
      const states = [...last.values()].filter((state) => state !== null);
      const gone = [...last].filter(([, state]) => state === null).map(([id]) => id);
      if (states.length > 0) await this.grants.project(tx, states);
      if (gone.length > 0) await this.grants.forget(tx, gone);
    });
  }
}

/** A message that is no grant's state is thrown back, to be parked. */
function stateOf({ key, data }: Message<GrantState | null>): GrantState | null {
  if (data !== null && (data?.id !== key || !Array.isArray(data.items) || !data.period?.until))
    throw new Error('not the state of the grant that is its key');
  return data;
}
