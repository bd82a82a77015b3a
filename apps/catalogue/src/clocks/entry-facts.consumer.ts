import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CatalogueFact } from '@qiongtong/contracts';
import type { EventBatch } from '@qiongtong/platform';
import { EntryClocksService } from './entry-clocks.service';

/** What became of entries starts, rests and ends their clocks. Their own facts say it in the order in which it happened. */
@Controller()
export class EntryFactsConsumer {
  constructor(private readonly clocks: EntryClocksService) {}

  @EventPattern('facts.catalogue/*')
  follow(@Payload() batch: EventBatch<CatalogueFact['data']>): Promise<void> {
    return batch.once((tx, fresh) =>
      this.clocks.follow(
        tx,
        fresh.map(({ type, key, at, data }) => ({ type, key, at, data }) as CatalogueFact),
      ),
    );
  }
}
