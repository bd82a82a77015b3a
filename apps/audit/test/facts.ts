import type { Arrived } from '../src/log/domain/leaf';

/** A message of a facts topic as a service's relay writes it. */
export function aFact(changes: {
  n: number;
  topic?: string;
  partition?: number;
  offset?: number;
  epoch?: string;
  type?: string;
  key?: string;
  content?: object;
  producer?: string;
}): Arrived {
  const { n, topic = 'facts.catalogue', partition = 0, offset = n - 1, epoch = '1' } = changes;
  const { type = 'catalogue.entry-published.v1', key = '203000-000001', producer = topic.slice(6) } = changes;
  return {
    topic,
    partition,
    offset: String(offset),
    key,
    headers: {
      ce_type: type,
      ce_source: producer,
      ce_time: '2026-11-23T01:02:03.000Z',
      qt_epoch: epoch,
      qt_n: String(n),
    },
    value: Buffer.from(JSON.stringify(changes.content ?? { n, providerId: 'hk-mzj' })),
  };
}

export const facts = (from: number, to: number, changes: Partial<Parameters<typeof aFact>[0]> = {}): Arrived[] =>
  Array.from({ length: to - from + 1 }, (_, i) => aFact({ ...changes, n: from + i }));
