import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { BatchApplied, EndpointRegistered, ResourceDisposed, UpdateDutyChanged } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { MountedStore } from './mounted.store';

/** What exchange does with the data of an entry, as far as the catalogue says of it. [R7.2] */
@Controller()
export class MountedConsumer {
  constructor(private readonly store: MountedStore) {}

  @EventPattern('exchange.batch-applied.v1')
  applied(@Payload() batch: EventBatch<BatchApplied['data']>): Promise<void> {
    return batch.once((tx, fresh) => this.store.applied(tx, fresh));
  }

  @EventPattern('exchange.update-duty-changed.v1')
  duties(@Payload() batch: EventBatch<UpdateDutyChanged['data']>): Promise<void> {
    return batch.once((tx, fresh) => this.store.duties(tx, fresh));
  }

  @EventPattern('exchange.endpoint-registered.v1')
  endpoints(@Payload() batch: EventBatch<EndpointRegistered['data']>): Promise<void> {
    return batch.once((tx, fresh) => this.store.endpoints(tx, fresh));
  }

  @EventPattern('exchange.resource-disposed.v1')
  disposed(@Payload() batch: EventBatch<ResourceDisposed['data']>): Promise<void> {
    return batch.once((tx, fresh) => this.store.disposed(tx, fresh));
  }
}
