import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Drain, OutboundGuard, outboundNodes } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';

/** The nodes that endpoints may be at, and the one way to call them. */
@Injectable()
export class Nodes extends OutboundGuard {
  constructor(config: ExchangeConfig, drain: Drain) {
    super(nodesOf('CHANNEL_NODES', config.CHANNEL_NODES), {
      allowHttp: config.MODE === 'embedded',
      connectMs: config.CHANNEL_CONNECT_MS,
      headersMs: config.CHANNEL_ANSWER_MS,
      bodyMs: config.CHANNEL_ANSWER_MS,
      ca: config.CHANNEL_CA_FILE === undefined ? undefined : readFileSync(config.CHANNEL_CA_FILE, 'utf8'),
    });
    drain.add('channel connections', 'connections', () => this.close());
  }
}

/** @param name of the variable they are read from */
export function nodesOf(name: string, text: string): ReturnType<typeof outboundNodes> {
  try {
    return outboundNodes(text);
  } catch (error) {
    throw new Error(`${name} is wrong: ${(error as Error).message}`);
  }
}
