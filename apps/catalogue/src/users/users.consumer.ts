import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ResourceUsed } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { UserStore } from './user.store';

@Controller()
export class UsersConsumer {
  constructor(private readonly users: UserStore) {}

  @EventPattern('authorisation.resource-used.v1')
  used(@Payload() batch: EventBatch<ResourceUsed['data']>): Promise<void> {
    return batch.once((tx, fresh) =>
      this.users.project(
        tx,
        fresh.map(({ data }) => data),
      ),
    );
  }
}
