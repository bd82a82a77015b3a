import { Partitioners, type PartitionerArgs } from 'kafkajs';
import { partitionOf } from './partition';

describe('the partition of a key', () => {
  const theirs = Partitioners.DefaultPartitioner();
  const metadata = Array.from({ length: 7 }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
    offlineReplicas: [],
  }));

  it.each(['', 'a', 'ab', 'abc', 'abcd', 'abcde', '统一社会信用代码', '203000-000001', '91460000MA5T~x', 'é\u0000ÿ'])(
    'is the one every Kafka client computes: %j',
    (key) => {
      const args = { topic: 't', partitionMetadata: metadata, message: { key, value: null } } as PartitionerArgs;
      expect(partitionOf(key, 7)).toBe(theirs(args));
    },
  );
});
