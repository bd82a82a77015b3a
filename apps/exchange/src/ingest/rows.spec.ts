import { anItem, aResource } from '@qiongtong/testing';
import { isPlain } from './arrived-rows';
import { announcedDigest } from './content-digest';
import { RowReader, RowReaders } from './rows';

const items = [
  anItem({ code: 'area', length: '6', key: true, required: true }),
  anItem({ code: 'no', type: 'I', length: undefined, key: true, required: true }),
  anItem({ code: 'amount', type: 'N', length: '4.2' }),
  anItem({ code: 'whole', type: 'N', length: '3' }),
  anItem({ code: 'money', type: 'Y', length: undefined }),
  anItem({ code: 'at', type: 'T', length: undefined }),
  anItem({ code: 'alive', type: 'L', length: undefined }),
  anItem({ code: 'ratio', type: 'F', length: undefined }),
  anItem({ code: 'text', type: 'M', length: undefined, required: true }),
  anItem({ code: 'picture', type: 'G', length: undefined }),
];
const reader = new RowReader({ id: 'r', items });
const row = (over: object = {}) => ({ area: '460100', no: 7, text: 't', ...over });

describe('a row', () => {
  it('[R9.2] is stored with its key, an absent value and null being one thing', () => {
    expect(reader.read(row({ amount: null, alive: false }), 'upsert')).toEqual({
      key: '460100~7',
      payload: JSON.stringify({ area: '460100', no: 7, text: 't', alive: false }),
    });
  });

  it.each<[string, string, boolean]>([
    ['of texts', '{"area": "1", "no": 7, "text":"t"}', false],
    ['whose key is a text', '{"area": "1", "text":"海"}', true],
    ['with an escape', '{"area": "1", "text":"a\\u0041"}', false],
    ['in two lines', '{"area": "1",\n"text":"t"}', false],
    ['with a null', '{"area": "1", "text":"t", "amount":null}', false],
    ['that says a thing twice', '{"area": "1", "text":"t", "text":"u"}', true],
  ])('[R9.2] %s is kept as it came only where nothing can be told apart', (_what, text, kept) => {
    const one = new RowReader({
      id: 'r',
      items: items.map((item) => (item.code === 'no' ? { ...item, key: false, required: false } : item)),
    });
    const row = JSON.parse(text) as object;
    const read = one.read(row, 'upsert', isPlain(text) ? text : undefined) as { payload: string };
    expect(read.payload === text).toBe(kept);
    const there = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
    expect(JSON.parse(read.payload)).toEqual(there);
  });

  it('has a key that keeps its values apart', () => {
    expect(reader.read(row({ area: 'a~/ 海' }), 'upsert')).toMatchObject({ key: 'a%7E%2F%20%E6%B5%B7~7' });
  });

  it('is deleted by its key items alone', () => {
    expect(reader.read({ area: '1', no: 2 }, 'delete')).toEqual({ key: '1~2', payload: null });
    expect(reader.read({ area: '1' }, 'delete')).toEqual({ errors: [{ pointer: '/no', message: 'is missing' }] });
    expect(reader.read(row(), 'delete')).toEqual({ errors: [{ pointer: '/text', message: 'is no item here' }] });
  });

  it.each<[string, unknown]>([
    ['amount', '99.99'],
    ['amount', '-0.5'],
    ['whole', '999'],
    ['money', '12345678901234567890.123456'],
    ['at', '2026-01-01T00:00:00+08:00'],
    ['at', '2026-01-01T00:00:00.123Z'],
    ['ratio', 0.1],
    ['no', Number.MAX_SAFE_INTEGER],
    ['text', '海'.repeat(20_000)],
    ['picture', null],
  ])('[R9.2] may have at %s %p', (code, value) => {
    expect(reader.read(row({ [code]: value }), 'upsert')).toHaveProperty('key');
  });

  it.each<[string, unknown]>([
    ['amount', '100.00'],
    ['amount', '1.001'],
    ['amount', '01'],
    ['amount', '1e2'],
    ['amount', ' 1'],
    ['amount', '1\n'],
    ['whole', '1.0'],
    ['money', 1],
    ['at', '2026-01-01'],
    ['at', '2026-01-01T00:00:00'],
    ['at', '2026-01-01T24:00:00Z'],
    ['at', '2026-06-30T23:59:60Z'],
    ['at', '2026-01-01T00:00:00.1234Z'],
    ['alive', 'true'],
    ['ratio', '0.1'],
    ['no', 2 ** 53],
    ['no', 1.5],
    ['area', null],
    ['text', null],
    ['text', ''],
    ['picture', 'R0lGOD'],
  ])('[R9.2] may not have at %s %p', (code, value) => {
    expect(reader.read(row({ [code]: value }), 'upsert')).toMatchObject({ errors: [{ pointer: `/${code}` }] });
  });

  it('is not taken where its key would not fit an index', () => {
    const wide = new RowReader({ id: 'r', items: [anItem({ code: 'k', length: '1000', key: true })] });
    expect(wide.read({ k: '海'.repeat(300) }, 'upsert')).toEqual({
      errors: [{ pointer: '', message: 'its key is too long' }],
    });
  });

  it('[R9.2] needs an entry with key items', () => {
    expect(() => new RowReader({ id: 'r', items: [anItem({ key: false })] })).toThrow(
      expect.objectContaining({ code: 'exchange.resource_without_key' }),
    );
  });

  it('is read by the newest version of its entry', () => {
    const readers = new RowReaders();
    const resource = aResource({ items });
    expect(readers.of(resource)).toBe(readers.of(resource));
    expect(readers.of({ ...resource, version: 2 })).not.toBe(readers.of(resource));
  });
});

describe('the announced digest', () => {
  const digest = Buffer.alloc(32, 1);
  it('is the sha-256 among those that are given', () => {
    expect(announcedDigest(undefined)).toBeNull();
    expect(announcedDigest(`md5=:AAAA:, sha-256=:${digest.toString('base64')}:`)).toEqual(digest);
  });
  it.each(['', 'sha-256=abc', 'sha-512=:AAAA:', `sha-256=${digest.toString('base64')}`])('cannot be %p', (header) => {
    expect(() => announcedDigest(header)).toThrow(expect.objectContaining({ code: 'exchange.digest_malformed' }));
  });
});
