import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { EventBatch } from '@qiongtong/platform';
import { PushesService } from './pushes.service';

@Controller()
export class PushesConsumer {
  constructor(private readonly pushes: PushesService) {}

  /** Every `push.<systemId>` topic, also one that is made later. */
  @EventPattern('/^push\\./*')
  async pushed(@Payload() batch: EventBatch): Promise<void> {
    await this.pushes.take(batch);
  }
}
