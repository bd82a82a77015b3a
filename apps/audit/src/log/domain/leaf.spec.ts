import { entryOf, leafOf, type Arrived } from './leaf';

const aMessage = (changes: Partial<Arrived> & { data?: unknown } = {}): Arrived => {
  const { data = { decisionId: 'd-1' }, ...rest } = changes;
  return {
    topic: 'facts.access',
    partition: 2,
    offset: '41',
    key: 'd-1',
    headers: {
      ce_type: 'access.released.v1',
      ce_source: 'gateway',
      ce_time: '2026-11-23T01:02:03.000Z',
      qt_boot: 'b7',
      qt_n: '9',
    },
    value: Buffer.from(JSON.stringify(data)),
    ...rest,
  };
};

describe('an entry of the log [R14.9]', () => {
  it('has this canonical text, for ever', () => {
    expect(entryOf(leafOf(aMessage({ data: { z: 1.0, a: '民政', m: null } })), 7).text).toBe(
      '{"at":"2026-11-23T01:02:03.000Z","data":{"a":"民政","m":null,"z":1},"index":7,"key":"d-1",' +
        '"number":{"boot":"b7","n":9},"offset":"41","partition":2,"producer":"gateway","topic":"facts.access",' +
        '"type":"access.released.v1","v":1}',
    );
  });

  it.each([
    ['what is no JSON', Buffer.from('{"a":')],
    ['wrong UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['what is nested too deeply', Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
  ])('keeps %s as its bytes', (_, value) => {
    const entry = JSON.parse(entryOf(leafOf(aMessage({ value })), 0).text) as { data: unknown; bytes: string };
    expect(entry).toMatchObject({ data: null, bytes: value.toString('base64') });
  });

  it('takes a message without headers, number or value', () => {
    const leaf = leafOf(aMessage({ headers: {}, value: null }));
    expect(leaf).toMatchObject({ type: 'unknown', producer: 'unknown', number: null, concerns: [] });
    expect(JSON.parse(entryOf(leaf, 0).text)).toMatchObject({ data: null, number: null });
  });

  it.each(['0', '-1', '1.5', 'x', ''])('takes %j for no number', (qt_n) => {
    expect(leafOf(aMessage({ headers: { qt_epoch: '1', qt_n } })).number).toBeNull();
  });

  it('knows whom it concerns and who did it [R13.4]', () => {
    const data = {
      use: { departmentId: 'hk-mzj', systemId: 'hk-mzj-system', officerId: 'hk-mzj-1' },
      providerId: 'gxt',
      appointments: [{ organisationId: 'hk-gaj', unit: 'x' }, 'hk-jyj'],
      ownerId: 'no slug!',
      name: 'departmentId',
    };
    const leaf = leafOf(aMessage({ data }));
    expect(leaf.concerns).toEqual(['gxt', 'hk-gaj', 'hk-mzj']);
    expect(leaf.actor).toBe('hk-mzj-1');
    // Only asserted: any name can be given by a system.
    const asserted = { ...data, use: { ...data.use, officerAsserted: true } };
    expect(leafOf(aMessage({ data: asserted })).actor).toBe('hk-mzj-system');
  });

  it('has another digest as soon as type, key or a byte of the value is another', () => {
    const original = leafOf(aMessage()).digest;
    expect(leafOf(aMessage({ offset: '99' })).digest).toEqual(original);
    for (const changed of [
      aMessage({ key: 'd-2' }),
      aMessage({ data: { decisionId: 'd-2' } }),
      aMessage({ headers: { ...aMessage().headers, ce_type: 'access.refused.v1' } }),
    ])
      expect(leafOf(changed).digest).not.toEqual(original);
  });
});
