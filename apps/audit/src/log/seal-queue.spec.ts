import type { Arrived } from './domain/leaf';
import { SealQueue } from './seal-queue';

const messages = (count: number, topic = 't'): Arrived[] =>
  Array.from({ length: count }, (_, i) => ({ topic, partition: 0, offset: `${i}`, key: '', headers: {}, value: null }));

describe('the queue before the sealer', () => {
  it('fails what waits and everything after when sealing fails', async () => {
    const queue = new SealQueue(() => Promise.reject(new Error('no database')), { maxBatch: 10, lingerMs: 1 });
    const running = expect(queue.run()).rejects.toThrow('no database');
    await expect(queue.submit(messages(1))).rejects.toThrow('no database');
    await running;
    await expect(queue.submit(messages(1))).rejects.toThrow('no database');
  });

  it('fails what waits when it is ended, and ends', async () => {
    const queue = new SealQueue(() => Promise.resolve(), { maxBatch: 10, lingerMs: 10_000 });
    const running = queue.run();
    const waiting = expect(queue.submit(messages(1))).rejects.toThrow('the term has ended');
    queue.end(new Error('the term has ended'));
    await Promise.all([waiting, running]);
  });

  it('seals what came while it lingered as one batch, in order', async () => {
    const sealed: string[][] = [];
    const queue = new SealQueue(async (batch) => sealed.push(batch.map((m) => m.topic)), {
      maxBatch: 10,
      lingerMs: 20,
    });
    const running = queue.run();
    await Promise.all([queue.submit(messages(2, 'a')), queue.submit(messages(1, 'b'))]);
    queue.end(new Error('done'));
    await running;
    expect(sealed).toEqual([['a', 'a', 'b']]);
  });

  it('does not linger with a full batch and never exceeds it, but takes a larger one alone', async () => {
    const sizes: number[] = [];
    const queue = new SealQueue(async (batch) => sizes.push(batch.length), { maxBatch: 5, lingerMs: 50 });
    const running = queue.run();
    await Promise.all([3, 3, 2, 7, 1].map((count) => queue.submit(messages(count))));
    queue.end(new Error('done'));
    await running;
    expect(sizes).toEqual([3, 5, 7, 1]);
  });
});
