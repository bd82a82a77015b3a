import { recordQueryOfBody, recordQueryOfUrl, touchedItems } from './record-query';

const ofUrl = (query: string) => recordQueryOfUrl(new URLSearchParams(query));

describe('a record query', () => {
  it('reads filters, fields, sort and limit from a URL', () => {
    expect(
      ofUrl('filter[regStatus]=1&filter[approvedOn][ge]=2020-01-01&fields=uscc,entName&sort=-uscc&limit=5'),
    ).toEqual({
      filter: {
        all: [
          { item: 'regStatus', op: 'eq', value: '1' },
          { item: 'approvedOn', op: 'ge', value: '2020-01-01' },
        ],
      },
      fields: ['uscc', 'entName'],
      sort: [{ item: 'uscc', descending: true }],
      limit: 5,
      cursor: null,
      asOf: null,
    });
  });

  it('asks for every item unless told, and for the granted ones by name', () => {
    expect(ofUrl('').fields).toBeNull();
    expect(ofUrl('fields=granted').fields).toBe('granted');
  });

  it('names every item that is filtered or sorted on, however deep', () => {
    const filter = { any: [{ all: [{ item: 'a', op: 'eq', value: 1 }] }, { item: 'b', op: 'isNull' }] };
    expect(touchedItems(recordQueryOfBody({ filter, sort: ['-c'] })).sort()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['an unknown parameter', 'colour=red'],
    ['an unknown operator', 'filter[a][like]=x'],
    ['an item code that is none', "filter[a'--]=x"],
    ['a limit beyond the bound', 'limit=100000'],
    ['a limit that is no number', 'limit=ten'],
    ['a parameter given twice', 'limit=1&limit=2'],
    ['an empty field', 'fields='],
    ['a moment that is none', 'asOf=now'],
    ['a moment without an offset', 'asOf=2026-01-01T00:00:00'],
    ['a moment on a day that does not exist', 'asOf=2026-02-29T00:00:00Z'],
    ['a moment at an hour that does not exist', 'asOf=2026-02-01T24:00:00Z'],
    ['a moment finer than milliseconds', 'asOf=2026-02-01T00:00:00.0001Z'],
    ['a moment before the first year', 'asOf=0001-01-01T00:00:00%2B14:00'],
    ['a moment after the last year', 'asOf=9999-12-31T23:00:00-14:00'],
    ['two moments', 'asOf=2026-02-01T00:00:00Z&asOf=2026-02-01T00:00:00Z'],
  ])('refuses %s', (_what, query) => {
    expect(() => ofUrl(query)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  it.each([
    ['a list', []],
    ['an unknown field', { colour: 1 }],
    ['an empty group', { filter: { all: [] } }],
    ['a prototype key as item', { filter: { item: '__proto__', op: 'eq', value: 1 } }],
    ['an object as value', { filter: { item: 'a', op: 'eq', value: {} } }],
    [
      'a filter nested too deeply',
      { filter: Array.from({ length: 7 }).reduce<unknown>((f) => ({ all: [f] }), { item: 'a', op: 'isNull' }) },
    ],
    ['too many conditions', { filter: { any: Array.from({ length: 65 }, () => ({ item: 'a', op: 'isNull' })) } }],
  ])('refuses %s in a body', (_what, body) => {
    expect(() => recordQueryOfBody(body)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  it('refuses a cursor that is too long or no text', () => {
    expect(() => recordQueryOfBody({ cursor: 'x'.repeat(5000) })).toThrow(
      expect.objectContaining({ code: 'request.bad_cursor' }),
    );
  });
});
