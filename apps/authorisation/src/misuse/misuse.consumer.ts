import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ACCESS_UNAUTHENTICATED, type AccessRecord } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { UseWatch } from '../uses/use-watch';
import { MisuseWatch } from './misuse-watch';

@Controller()
export class MisuseConsumer {
  constructor(
    private readonly watch: MisuseWatch,
    private readonly uses: UseWatch,
  ) {}

  @EventPattern('facts.access/*')
  async observe(@Payload() batch: EventBatch<AccessRecord>): Promise<void> {
    // Counts of strangers are about nobody.
    await batch.once(async (tx, fresh) => {
      const ofSomebody = fresh.filter(({ type }) => type !== ACCESS_UNAUTHENTICATED);
      await this.watch.observe(tx, ofSomebody);
      await this.uses.observe(tx, ofSomebody);
    });
  }
}
