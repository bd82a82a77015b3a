import { LeaseLost } from '@qiongtong/platform';
import fc from 'fast-check';
import { sha256 } from '../src/log/domain/hashing';
import type { Arrived } from '../src/log/domain/leaf';
import { LogStore } from '../src/log/log.store';
import { aFact, facts } from './facts';
import { aKey, DyingWork, LogDatabase } from './log-database';

const confirm = () => Promise.resolve();
let log: LogDatabase;
beforeEach(async () => {
  log = await LogDatabase.create();
});
afterEach(() => log.close());

const rowsOf = async (table: string): Promise<unknown[]> => log.query(`SELECT * FROM ${table}`);

describe('sealing [R14.9]', () => {
  it('writes nothing when the lease is lost', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    await expect(sealer.seal([aFact({ n: 1 })], () => Promise.reject(new LeaseLost('sealer')))).rejects.toThrow(
      LeaseLost,
    );
    expect(await log.expectWhole()).toBe(0);
    expect(await rowsOf('sealed_offset')).toEqual([]);
  });

  it('loses and doubles nothing when it dies at any statement or after the commit, and starts again', async () => {
    const trial = new DyingWork(log.work(), 0);
    const messages = facts(1, 300);
    await log.sealer(trial).begin(confirm, null);
    await log.sealer(trial).seal(messages.slice(0, 10), confirm);
    const points = [...Array.from({ length: trial.statements }, (_, i) => i + 1), 'after commit' as const];
    expect(points.length).toBeGreaterThan(8);

    let sealed = 10;
    for (const point of points) {
      const batch = messages.slice(sealed - 3, sealed + 7); // the first three are in the log already
      await expect(log.sealer(new DyingWork(log.work(), point)).seal(batch, confirm)).rejects.toThrow('died');
      const before = await log.expectWhole();
      expect(before).toBe(point === 'after commit' ? sealed + 7 : sealed);
      await log.sealer().seal(batch, confirm);
      sealed += 7;
      expect(await log.expectWhole()).toBe(sealed);
    }
    expect((await log.entries()).map((e) => e.n)).toEqual(messages.slice(0, sealed).map((_, i) => i + 1));
  });

  it('has no effect when facts are delivered again, also by their producer', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    const first = await sealer.seal(facts(1, 5), confirm);
    expect(await sealer.seal(facts(1, 5), confirm)).toBeNull();
    // The same numbers at new offsets: a relay that did not know it had published them.
    expect(
      await sealer.seal(
        facts(1, 5).map((f, i) => ({ ...f, offset: String(10 + i) })),
        confirm,
      ),
    ).toBeNull();
    await sealer.seal([aFact({ n: 6, offset: 15 })], confirm);
    expect(first?.size).toBe(5);
    expect(await log.expectWhole()).toBe(6);
    expect(await new LogStore().gaps(log.query, 10)).toEqual([]);
  });

  it('notes that a number came with other content, and seals that too', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    await sealer.seal(facts(1, 3), confirm);
    await sealer.seal([aFact({ n: 2, offset: 3, content: { providerId: 'gxt' } })], confirm);
    expect(await log.expectWhole()).toBe(4);
    expect(await new LogStore().conflicts(log.query, 10)).toMatchObject([
      { topic: 'facts.catalogue', partition: 0, producer: 'catalogue', run: 'epoch:1', n: 2, entryIndex: 3 },
    ]);
  });

  it('finds the numbers that never came, and forgets those that come late', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    await sealer.seal([aFact({ n: 1 }), aFact({ n: 6, offset: 1 })], confirm);
    await sealer.seal([aFact({ n: 4, offset: 2 })], confirm);
    const open = async () => (await new LogStore().gaps(log.query, 10)).map(({ from, to }) => [from, to]);
    expect((await open()).sort()).toEqual([
      [2, 3],
      [5, 5],
    ]);
    await sealer.seal([aFact({ n: 2, offset: 3 }), aFact({ n: 3, offset: 4 }), aFact({ n: 5, offset: 5 })], confirm);
    expect(await open()).toEqual([]);
    expect(await log.expectWhole()).toBe(6);
  });

  it('seals whatever a producer wrote: no JSON, zero bytes, no headers, long keys', async () => {
    const strange: Arrived[] = [
      { topic: 'facts.access', partition: 0, offset: '0', key: '', headers: {}, value: null },
      { ...aFact({ n: 1 }), value: Buffer.from([0xff, 0x00]) },
      { ...aFact({ n: 2 }), key: 'k\0'.repeat(4000), value: Buffer.from('"\\u0000 \\ud800 \u2028"') },
      { ...aFact({ n: 3 }), headers: { qt_epoch: 'x'.repeat(9000), qt_n: '1', ce_type: '\0', ce_source: '\'\\{}",' } },
      { ...aFact({ n: 4 }), value: Buffer.from(`{"actor":"${'a'.repeat(9000)}","ownerId":"a,b"}`) },
    ];
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    await sealer.seal(strange, confirm);
    expect(await log.expectWhole()).toBe(5);
  });

  it('keeps the order of every partition in one log over several batches and a full tile', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    for (let from = 1; from <= 600; from += 150)
      await sealer.seal(
        [...facts(from, from + 149), ...facts(from, from + 149, { topic: 'facts.exchange', partition: 3 })],
        confirm,
      );
    expect(await log.expectWhole()).toBe(1200);
    for (const topic of ['facts.catalogue', 'facts.exchange'])
      expect((await log.entries()).filter((e) => e.topic === topic).map((e) => e.offset)).toEqual(
        Array.from({ length: 600 }, (_, i) => i),
      );
  });

  it('has the same entries however deliveries overlap, repeat and are cut', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    const all = facts(1, 60);
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 20 }), async (from, length) => {
        const sealed = await log.expectWhole();
        // Kafka never skips: what is delivered begins at or before what comes next.
        const start = Math.min(from, sealed);
        await sealer.seal(all.slice(start, start + length), confirm);
        expect((await log.entries()).map((e) => e.n)).toEqual(
          all.slice(0, Math.max(sealed, Math.min(start + length, 60))).map((_, i) => i + 1),
        );
      }),
      { numRuns: 25 },
    );
    await log.expectWhole();
  });
});

describe('the beginning of a term [R14.9]', () => {
  it('signs the empty log, once', async () => {
    await log.sealer().begin(confirm, null);
    await log.sealer().begin(confirm, null);
    expect(await rowsOf('checkpoint')).toHaveLength(1);
    expect(await log.expectWhole()).toBe(0);
  });

  it('goes on where the log ends', async () => {
    await log.sealer().begin(confirm, null);
    await log.sealer().seal(facts(1, 5, { partition: 2 }), confirm);
    expect(await log.sealer().begin(confirm, null)).toEqual(new Map([['facts.catalogue/2', 5n]]));
  });

  it('does not sign with another key or under another name', async () => {
    await log.sealer().begin(confirm, null);
    await expect(log.sealer(log.work(), aKey()).begin(confirm, null)).rejects.toThrow('not that of this log');
  });

  it('does not sign a log that ends before a checkpoint known outside, or has another root there', async () => {
    const sealer = log.sealer();
    await sealer.begin(confirm, null);
    const head = await sealer.seal(facts(1, 5), confirm);
    if (!head) throw new Error('nothing was sealed');
    await expect(sealer.begin(confirm, { size: 6, root: sha256() })).rejects.toThrow('restore more of it');
    await expect(sealer.begin(confirm, { size: 5, root: sha256() })).rejects.toThrow('another root');
    await expect(sealer.begin(confirm, { size: 4, root: sha256() })).rejects.toThrow('another root');
    await expect(sealer.begin(confirm, head)).resolves.toBeDefined();
  });

  it('does not sign an empty log when a checkpoint is known outside', async () => {
    await expect(log.sealer().begin(confirm, { size: 6, root: sha256() })).rejects.toThrow('restore more of it');
    expect(await rowsOf('checkpoint')).toEqual([]);
  });
});

describe('the tables of the log [R14.9]', () => {
  it.each([
    "UPDATE log_entry SET entry = ''",
    'DELETE FROM log_entry',
    'TRUNCATE log_entry',
    "UPDATE checkpoint SET note = ''",
    'DELETE FROM checkpoint',
  ])('refuse %s', async (statement) => {
    await log.sealer().begin(confirm, null);
    await expect(log.query(statement)).rejects.toThrow('append-only');
  });
});
