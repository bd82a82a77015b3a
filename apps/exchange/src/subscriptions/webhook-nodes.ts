import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import { Drain, OutboundGuard, OutboundRefused } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { nodesOf } from '../endpoints/nodes';

/** The nodes that feeds and the ends of queries may be sent to, and the one way to send. Providers' nodes are none of them unless listed here too. */
@Injectable()
export class WebhookNodes extends OutboundGuard {
  constructor(config: ExchangeConfig, drain: Drain) {
    super(nodesOf('WEBHOOK_NODES', config.WEBHOOK_NODES), {
      allowHttp: config.MODE === 'embedded',
      connectMs: Math.min(config.CHANNEL_CONNECT_MS, config.WEBHOOK_ANSWER_MS),
      headersMs: config.WEBHOOK_ANSWER_MS,
      bodyMs: config.WEBHOOK_ANSWER_MS,
      ca: config.WEBHOOK_CA_FILE === undefined ? undefined : readFileSync(config.WEBHOOK_CA_FILE, 'utf8'),
    });
    drain.add('webhook connections', 'connections', () => this.close());
  }

  /** The address as it will be called; refuses one that will not be. @param code of that refusal */
  addressOf(text: string, code: RefusalCode = 'subscription.node_not_listed'): string {
    try {
      const url = this.check(text);
      if (url.hash === '' && !text.includes('#')) return url.href;
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
    }
    throw new Refusal(code);
  }
}
