import { aPermit, aResource } from '@qiongtong/testing';
import { Copies, type Copy } from './copies';

const copyOf = (bytes: number): Copy => ({
  body: Buffer.alloc(bytes),
  etag: '"e"',
  digest: 'd',
  rows: 1,
  delivery: null,
  takeDecisionId: () => 'x',
});

describe('copies of releases', () => {
  let now = 0;
  let fetched = 0;
  let copies: Copies;
  beforeEach(() => {
    [now, fetched] = [0, 0];
    copies = new Copies(1000, 100, () => now);
  });
  const get = (over: Parameters<typeof aPermit>[0] = {}, bytes = 10, version = 1) =>
    copies.get(aPermit(over), aResource({ version }), 'CSV', async () => (fetched++, copyOf(bytes)));

  it('are fetched once for many who want them at once, and again when they are old', async () => {
    await Promise.all([get(), get(), get()]);
    now = 999;
    await get();
    expect(fetched).toBe(1);
    now = 1000;
    await get();
    expect(fetched).toBe(2);
  });

  it('[R13.3] are dropped with their permit, whatever their age and form', async () => {
    await get();
    await copies.get(aPermit(), aResource(), 'JSON', async () => copyOf(1));
    copies.drop('p1');
    expect(copies.size).toBe(0);
    await get();
    expect(fetched).toBe(2);
  });

  it('[R13.3] are of one version of the permit and of the resource', async () => {
    await get();
    await get({ version: 2 });
    await get({ version: 2 }, 10, 2);
    expect(fetched).toBe(3);
  });

  it('are bounded together; the oldest goes first', async () => {
    for (const id of ['a', 'b', 'c']) await get({ id }, 40);
    expect(copies.size).toBe(2);
    await get({ id: 'c' }, 40);
    expect(fetched).toBe(3);
    await get({ id: 'a' }, 40);
    expect(fetched).toBe(4);
  });

  it('are not kept of what could not be fetched', async () => {
    const failing = () => copies.get(aPermit(), aResource(), 'CSV', () => Promise.reject(new Error('away')));
    await expect(failing()).rejects.toThrow('away');
    await get();
    expect(fetched).toBe(1);
  });
});
