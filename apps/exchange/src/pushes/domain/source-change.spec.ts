import { anItem } from '@qiongtong/testing';
import fc from 'fast-check';
import { recordKeyFromSource, rowFromSource, sourceChangeOf } from './source-change';
import { valueFromSource } from './source-value';

const items = [
  anItem({ code: 'certNo', key: true }),
  anItem({ code: 'personName' }),
  anItem({ code: 'registeredOn', type: 'D', length: undefined }),
  anItem({ code: 'at', type: 'T', length: undefined }),
  anItem({ code: 'fee', type: 'N', length: '18.4' }),
];
const event = (op: string, before: unknown, after: unknown) => ({
  op,
  before,
  after,
  source: { table: 't' },
  ts_ms: 1,
});
const KEY = '{"cert_no":"A1"}';

describe('a change event of a source', () => {
  it.each([
    ['a creation', event('c', null, { cert_no: 'A1' }), 'upsert'],
    ['an update', event('u', null, { cert_no: 'A1' }), 'upsert'],
    ['a read of a snapshot', event('r', null, { cert_no: 'A1' }), 'upsert'],
    ['a deletion', event('d', { cert_no: 'A1' }, null), 'delete'],
    ['a tombstone', null, 'delete'],
    ['a truncation', event('t', null, null), 'truncate'],
    ['a change of the schema', { ddl: 'ALTER TABLE t', databaseName: 'd' }, 'schema'],
    ['a change of the schema in a list', { tableChanges: [] }, 'schema'],
  ])('%s is read, with and without its schema', (_what, value, operation) => {
    expect(sourceChangeOf(KEY, value)).toMatchObject({ operation });
    if (value !== null)
      expect(sourceChangeOf(`{"schema":{},"payload":${KEY}}`, { schema: {}, payload: value })).toMatchObject({
        operation,
      });
  });

  it.each([
    ['text', 'x'],
    ['a list', []],
    ['an object of something else', { certNo: 'A1' }],
    ['an operation nobody knows', event('x', null, { cert_no: 'A1' })],
    ['a creation of nothing', event('c', null, null)],
    ['undefined', undefined],
  ])('%s is none', (_what, value) => {
    expect(sourceChangeOf(KEY, value)).toBeNull();
  });

  it('a tombstone or a deletion of nothing that is named is none', () => {
    expect(sourceChangeOf('A1', null)).toBeNull();
    expect(sourceChangeOf('', event('d', null, null))).toBeNull();
    expect(sourceChangeOf('', event('d', { cert_no: 'A1' }, null))).toMatchObject({ key: { cert_no: 'A1' } });
  });

  it('has its columns named after items whatever their case, and tells those it leaves out', () => {
    const columns = { CERT_NO: 'A1', personname: '王', colour: 'red', registeredOn: null };
    expect(rowFromSource(columns, new Map(), items)).toEqual({
      row: { certNo: 'A1', personName: '王' },
      leftOut: ['colour'],
    });
    const alike = [anItem({ code: 'a_b' }), anItem({ code: 'ab' })];
    expect(rowFromSource({ a_b: '1', A_B: '2' }, new Map(), alike)).toEqual({ row: { a_b: '1' }, leftOut: ['A_B'] });
  });

  it('has the record key that its key columns give, or none', () => {
    expect(recordKeyFromSource({ cert_no: 'A/1' }, new Map(), { items })).toBe('A%2F1');
    expect(recordKeyFromSource({ id: 7 }, new Map(), { items })).toBeNull();
    expect(recordKeyFromSource({ cert_no: null }, new Map(), { items })).toBeNull();
  });

  it('gives each value the meaning of its schema', () => {
    const fields = [
      { field: 'registeredOn', name: 'io.debezium.time.Date' },
      { field: 'at', name: 'io.debezium.time.MicroTimestamp' },
      { field: 'fee', name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale: '2' } },
    ];
    const value = {
      schema: { fields: [{ field: 'before' }, { field: 'after', fields }] },
      payload: event('c', null, { cert_no: 'A1', registeredOn: 19_782, at: 1_709_164_800_123_456, fee: 'A4Q=' }),
    };
    const change = sourceChangeOf(KEY, value);
    if (change?.operation !== 'upsert') throw new Error('no upsert');
    expect(rowFromSource(change.row, change.semantics, items).row).toEqual({
      certNo: 'A1',
      registeredOn: '2024-02-29',
      at: '2024-02-29T00:00:00.123Z',
      fee: '9.00',
    });
  });

  it.each([
    ['D', {}, 19_782, '2024-02-29'],
    ['D', {}, 1e12, 1e12],
    ['T', { name: 'io.debezium.time.Timestamp' }, 1_709_164_800_123, '2024-02-29T00:00:00.123Z'],
    [
      'T',
      { name: 'io.debezium.time.ZonedTimestamp' },
      '2024-02-29T00:00:00.123456+08:00',
      '2024-02-29T00:00:00.123+08:00',
    ],
    ['T', {}, 1_709_164_800_123, 1_709_164_800_123],
    ['T', { name: 'io.debezium.time.Timestamp' }, 1e300, 1e300],
    ['N', {}, 9.5, '9.5'],
    ['N', {}, -0.25, '-0.25'],
    ['N', {}, 1e21, 1e21],
    ['N', {}, 0.1 + 0.2, 0.1 + 0.2],
    ['N', { name: 'io.debezium.data.VariableScaleDecimal' }, { scale: 1, value: '9w==' }, '-0.9'],
    ['N', { name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale: '-1' } }, 'AQ==', 'AQ=='],
    ['C', {}, 460100, '460100'],
    ['C', {}, 2 ** 60, 2 ** 60],
    ['L', {}, 1, true],
    ['I', {}, 7, 7],
  ] as const)('at an item of type %s with %j, %j is %j', (type, semantic, value, expected) => {
    expect(valueFromSource(value, anItem({ type }), semantic)).toEqual(expected);
  });

  it('reads every decimal as it was written', () => {
    const encoded = (n: bigint): string => {
      let length = 1;
      while (BigInt.asIntN(length * 8, n) !== n) length++;
      return Buffer.from(
        BigInt.asUintN(length * 8, n)
          .toString(16)
          .padStart(length * 2, '0'),
        'hex',
      ).toString('base64');
    };
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.nat(20), (unscaled, scale) => {
        const semantic = { name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale } };
        const text = valueFromSource(encoded(unscaled), anItem({ type: 'N' }), semantic) as string;
        expect(BigInt(text.replace('.', ''))).toBe(unscaled);
        expect(text.split('.')[1]?.length ?? 0).toBe(scale);
      }),
    );
  });
});
