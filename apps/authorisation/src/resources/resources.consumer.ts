import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ResourceState } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { ResourceStore } from './resource.store';

@Controller()
export class ResourcesConsumer {
  constructor(private readonly resources: ResourceStore) {}

  @EventPattern('policy.resources/*')
  async project(@Payload() batch: EventBatch<ResourceState | null>): Promise<void> {
    await batch.once(async (tx, fresh) => {
      // The last message of a key is its state, unless it came late.
      const last = new Map<string, ResourceState | null>();
      for (const { key, data } of fresh) {
        const known = last.get(key);
        if (!known || !data || data.version > known.version) last.set(key, data);
      }
      const states = [...last.values()].filter((state) => state !== null);
      const gone = [...last].filter(([, state]) => state === null).map(([id]) => id);
      if (states.length > 0) await this.resources.project(tx, states);
      if (gone.length > 0) await this.resources.forget(tx, gone);
    });
  }
}
