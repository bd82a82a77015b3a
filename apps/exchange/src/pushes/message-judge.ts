import { Injectable } from '@nestjs/common';
import type { Message } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { RowReaders } from '../ingest/rows';
import { LivePolicy } from '../policy/live-policy';
import { judge, type Verdict } from './pushed-message';

/** Judges messages by the policy and the entries as they are known now. */
@Injectable()
export class MessageJudge {
  private readonly readers = new RowReaders();

  constructor(
    private readonly policy: LivePolicy,
    private readonly config: ExchangeConfig,
  ) {}

  verdictOn(systemId: string, message: Message): Verdict {
    return judge(message, {
      systemId,
      system: this.policy.index.system(systemId),
      decide: (use) => this.policy.decideMessage(use),
      resource: (id) => this.policy.index.resource(id),
      readerOf: (resource) => this.readers.of(resource),
      rowBytes: this.config.ROW_BYTES,
    });
  }
}
