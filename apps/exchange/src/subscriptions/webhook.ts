import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, OutboundRefused, tracedHeaders } from '@qiongtong/platform';
import { ChannelKey } from '../channel/channel-key';
import { ExchangeConfig } from '../config';
import { WebhookNodes } from './webhook-nodes';

/** What became of one message at its receiver. */
export type Taken =
  Readonly<{ taken: true }> | Readonly<{ taken: false; gone: boolean; why: string; waitMs: number | null }>;

/** Bytes of an answer that are read so that its connection can be used again. */
const ANSWER_BYTES = 16 * 1024;
const LONGEST_RETRY_AFTER_S = 3_600;

/**
 * Sends a message as Standard Webhooks has it (standardwebhooks.com, version 1): `webhook-id`, `webhook-timestamp`,
 * `webhook-signature: v1a,<base64>`, an Ed25519 signature over `<id>.<timestamp>.<body>`; beside them `content-digest`
 * (RFC 9530). Any 2xx takes it, 410 wants no more, everything else, a redirect too, is a failure.
 */
@Injectable()
export class Webhook {
  constructor(
    private readonly nodes: WebhookNodes,
    private readonly key: ChannelKey,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** @param id the same for the same message, however often it is sent */
  async send(url: string, id: string, body: string, stop: AbortSignal): Promise<Taken> {
    const timestamp = Math.floor(this.clock.now().getTime() / 1000);
    const { keyId, signature } = this.key.signature(`${id}.${timestamp}.${body}`);
    const headers = {
      'content-type': 'application/json',
      'content-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1a,${signature}`,
      'qt-key-id': keyId,
      ...tracedHeaders(),
    };
    const signal = AbortSignal.any([stop, AbortSignal.timeout(this.config.WEBHOOK_ANSWER_MS)]);
    try {
      const answer = await this.nodes.post(new URL(url), { headers, body, signal });
      const retryAfter = answer.headers['retry-after'];
      await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
      const { status } = answer;
      if (status >= 200 && status < 300) return { taken: true };
      return { taken: false, gone: status === 410, why: `status ${status}`, waitMs: waitOf(retryAfter) };
    } catch (error) {
      return { taken: false, gone: false, why: whyOf(error), waitMs: null };
    }
  }
}

/** `Retry-After` in seconds, of which an hour is believed; a date is not. */
function waitOf(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^\d{1,9}$/.test(header)) return null;
  return Math.min(Number(header), LONGEST_RETRY_AFTER_S) * 1000;
}

/** Told to the owner, so it names neither addresses nor what a receiver said. */
function whyOf(error: unknown): string {
  if (error instanceof OutboundRefused) return `refused: ${error.rule}`;
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TimeoutError' ? 'no answer in time' : (code ?? 'connection failed');
}
