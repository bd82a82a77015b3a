import { TOPICS } from '@qiongtong/contracts';
import { deleteTopics, testInfrastructure, uniqueTopicPrefix } from '@qiongtong/testing';
import { createTopics } from '../../src/messaging';
import { eventually, topics } from './world';

describe('topics', () => {
  const prefix = uniqueTopicPrefix();
  const brokers = () => testInfrastructure().kafkaBrokers;
  afterAll(() => deleteTopics(prefix));

  it('are made as the table says, and left alone when they are', async () => {
    const first = await createTopics(brokers(), prefix, TOPICS);
    expect(first.created).toEqual(TOPICS.map((t) => t.name));
    expect(await createTopics(brokers(), prefix, TOPICS)).toEqual({ created: [], adjusted: [], differing: [] });
  });

  it('are brought back to the table, and what cannot be changed is reported', async () => {
    const [facts] = topics('facts.access');
    const changed = await createTopics(brokers(), prefix, [{ ...facts!, retentionMs: 1000, partitions: 9 }]);
    expect(changed.adjusted).toEqual([`facts.access: retention.ms ${facts!.retentionMs} → 1000`]);
    expect(changed.differing).toEqual(['facts.access: 4 partitions, not 9']);
    // The broker shows a changed setting a moment later.
    let adjusted: string[] = [];
    await eventually(async () => {
      ({ adjusted } = await createTopics(brokers(), prefix, TOPICS));
      return adjusted.length > 0;
    }, 'the changed setting is seen');
    expect(adjusted).toEqual([`facts.access: retention.ms 1000 → ${facts!.retentionMs}`]);
  });
});
