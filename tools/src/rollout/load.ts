import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordKeyOf } from '@qiongtong/contracts';
import { Kafka, logLevel } from 'kafkajs';
import type { Platform, TestIssuer } from '@qiongtong/testing';

export const BY_REST = '102000-000001';
export const BY_KAFKA = '102000-000002';
const ROWS = 50;
/** What a caller may be told and asks again after: it is being drained, or its state is not there yet. */
const AGAIN = new Set([429, 503]);

/** What a source and a reader did meanwhile; a source keeps asking with the same key until it is answered. */
export class Load {
  readonly acknowledged = { rest: 0, kafka: 0 };
  readonly decisions: string[] = [];
  readonly failed: string[] = [];
  readonly again = new Map<string, number>();
  private running = true;
  private readonly ended: Promise<unknown>;

  constructor(
    private readonly gatewayUrl: string,
    private readonly issuer: TestIssuer,
    platform: Platform,
  ) {
    this.ended = Promise.all([this.push(), this.pushMessages(platform), this.read(), this.read()]);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  private async push(): Promise<void> {
    for (let batch = 0; this.running; batch += 1) {
      const rows = Array.from({ length: ROWS }, (_, n) => ({ no: `N${batch * ROWS + n}`, text: `row ${n}` }));
      const answer = await this.settled('source', 'POST', `/v1/resources/${BY_REST}/batches`, {
        headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() },
        body: rows.map((row) => JSON.stringify(row)).join('\n'),
      });
      if (answer?.ok) this.acknowledged.rest += ROWS;
      await sleep(50);
    }
  }

  private async pushMessages({ kafkaBrokers, topicPrefix }: Platform): Promise<void> {
    const producer = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    for (let n = 0; this.running; n += 1) {
      const headers = {
        ce_specversion: '1.0',
        ce_id: `m${n}`,
        ce_source: 'source',
        ce_type: 'record.upserted.v1',
        ce_subject: BY_KAFKA,
        'content-type': 'application/json',
      };
      const row = { no: `N${n}`, text: `row ${n}` };
      await producer.send({
        topic: `${topicPrefix}push.source`,
        acks: -1,
        messages: [{ key: recordKeyOf([row.no]), value: JSON.stringify(row), headers }],
      });
      this.acknowledged.kafka += 1;
      await sleep(10);
    }
    await producer.disconnect();
  }

  private async read(): Promise<void> {
    // What is read is in the first batch.
    while (this.running && this.acknowledged.rest === 0) await sleep(50);
    while (this.running) {
      const headers = { purpose: 'social-aid.eligibility' };
      const answer = await this.settled('mzj-system', 'GET', `/v1/resources/${BY_REST}/records/N1`, { headers });
      const decision = answer?.headers.get('qt-decision-id');
      if (answer?.ok && decision) this.decisions.push(decision);
      await sleep(20);
    }
  }

  private async settled(system: string, method: string, path: string, init: RequestInit): Promise<Response | null> {
    const headers = { ...init.headers, authorization: `Bearer ${await this.issuer.system(system)}` };
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = await fetch(this.gatewayUrl + path, { ...init, method, headers }).catch(() => null);
      const body = await answer?.text().catch(() => null);
      const why =
        answer === null || body === null
          ? 'connection closed'
          : AGAIN.has(answer.status)
            ? `${answer.status} ${codeOf(body)}`
            : null;
      if (why === null) {
        if (!answer!.ok) this.failed.push(`${method} ${answer!.status} ${codeOf(body)}`);
        return answer;
      }
      this.again.set(why, (this.again.get(why) ?? 0) + 1);
      await sleep(100);
    }
    this.failed.push(`${method} ${path} was never answered`);
    return null;
  }
}

function codeOf(body: string | null | undefined): string {
  try {
    return (JSON.parse(body ?? '') as { code?: string }).code ?? '';
  } catch {
    return '';
  }
}
