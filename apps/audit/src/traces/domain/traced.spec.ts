import { tracedOf } from './traced';

const HASH = Buffer.from('00112233445566778899aabbccddeeff', 'hex').toString('base64url');
const OTHER = Buffer.from('ff112233445566778899aabbccddeeff', 'hex').toString('base64url');
const anEntry = (type: string, data: unknown): string =>
  JSON.stringify({ type, key: 'k', at: '2026-11-01T00:00:00.000Z', data });
const use = { resourceId: 'r', departmentId: 'ybj', officerId: 'li', officerAsserted: true, systemId: 's', purpose: 'p', matterNumber: 'm', action: 'query' }; // prettier-ignore

describe('what an entry says of who got what [R13.4] [R14.9]', () => {
  it('reads who, what for and which records out of an access record', () => {
    const delivery = `inline:q1:2:root:${HASH},${OTHER}`;
    const data = {
      decisionId: 'd',
      outcome: 'released',
      grantId: 'g',
      rows: 2,
      delivery,
      use: { ...use, items: ['certNo'] },
    };
    expect(tracedOf(7, anEntry('access.released.v1', data))).toEqual({
      ...use,
      ...{ index: 7, type: 'access.released.v1', key: 'k', at: '2026-11-01T00:00:00.000Z', decisionId: 'd' },
      ...{ deliveryId: null, grantId: 'g', outcome: 'released', rows: 2, items: ['certNo'] },
      hashBegins: ['4822678189205111', '-67234915848722825'],
    });
  });

  it.each([
    ['stored:q1:200:root:the-delivery', 'access.released.v1', 'the-delivery'],
    ['stream:q1:the-delivery', 'access.release-started.v1', 'the-delivery'],
  ])('names the delivery of %s', (delivery, type, deliveryId) => {
    expect(tracedOf(0, anEntry(type, { decisionId: 'd', delivery, use }))).toMatchObject({
      deliveryId,
      hashBegins: [],
    });
  });

  it.each(['', 'yesterday', '+200000-01-01T00:00:00Z', 7])('takes the time %j for the beginning of time', (at) => {
    const entry = JSON.stringify({ type: 'access.released.v1', key: 'k', at, data: {} });
    expect(tracedOf(0, entry)!.at).toBe('1970-01-01T00:00:00.000Z');
  });

  it('leaves out what no delivery follows from', () => {
    for (const type of ['access.explained.v1', 'access.unauthenticated-counted.v1', 'authorisation.grant-issued.v1'])
      expect(tracedOf(0, anEntry(type, { use }))).toBeNull();
  });

  it.each([
    ['no data', null],
    ['a use that is none', { use: 5, delivery: 7, rows: 'many', decisionId: {} }],
    ['hashes that are none', { use, delivery: 'inline:q1:1:root:!!,AA,,' }],
    ['a head that is none', { use, delivery: 'inline' }],
  ])('copies what it can of %s', (_what, data) => {
    expect(tracedOf(0, anEntry('access.released.v1', data))).toMatchObject({ index: 0, hashBegins: [] });
  });
});
