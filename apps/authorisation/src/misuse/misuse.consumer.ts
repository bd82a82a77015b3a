import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ACCESS_UNAUTHENTICATED, type AccessRecord } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { MisuseWatch } from './misuse-watch';

@Controller()
export class MisuseConsumer {
  constructor(private readonly watch: MisuseWatch) {}

  @EventPattern('facts.access/*')
  async observe(@Payload() batch: EventBatch<AccessRecord>): Promise<void> {
    // Counts of strangers are about nobody.
    await batch.once((tx, fresh) =>
      this.watch.observe(
        tx,
        fresh.filter(({ type }) => type !== ACCESS_UNAUTHENTICATED),
      ),
    );
  }
}
