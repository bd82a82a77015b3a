import { actOf } from './acts';
import { appointingIn, kindOf, touchedOf } from './touched';

const anEntry = (type: string, data: unknown) =>
  JSON.stringify({ type, key: 'k', at: '2026-11-01T00:00:00.000Z', data });

describe('what an entry says was done to a grant [R13.2]', () => {
  it('is of the grant that it is about, and of the one that something is passed on out of', () => {
    const issued = anEntry('authorisation.grant-issued.v1', { grantId: 'g-2', parentId: 'g-1', by: 'li', revision: 1, items: ['a'] }); // prettier-ignore
    expect(actOf(3, issued)).toMatchObject({
      index: 3,
      grantId: 'g-2',
      parentId: 'g-1',
      by: 'li',
      told: { items: ['a'] },
    });
    const transfer = anEntry('authorisation.onward-transfer-authorised.v1', { grantId: 'g-2', parentGrantId: 'g-1' });
    expect(actOf(4, transfer)).toMatchObject({ grantId: 'g-1', parentId: null, told: { grantId: 'g-2' } });
  });

  it('leaves what a later act says of what it was passed on out of as it was issued', () => {
    expect(actOf(0, anEntry('authorisation.grant-revoked.v1', { grantId: 'g', parentId: 'x' }))).toMatchObject({ parentId: null }); // prettier-ignore
  });

  it.each([
    ['another fact', anEntry('authorisation.officer-amended.v1', { grantId: 'g' })],
    ['a transfer out of no grant', anEntry('authorisation.onward-transfer-requested.v1', { parentGrantId: null })],
    ['no data', anEntry('authorisation.grant-issued.v1', null)],
    ['no type', JSON.stringify({ data: {} })],
  ])('is nothing for %s', (_what, entry) => {
    expect(actOf(0, entry)).toBeNull();
  });

  it('is kept as far as a database can, whatever was said', () => {
    const told = (data: object) => actOf(0, anEntry('authorisation.grant-amended.v1', { grantId: 'g', ...data }))!.told;
    expect(told({ why: 'a\0b' })).toEqual({ why: 'a\ufffdb' });
    expect(told({ why: 'x'.repeat(9_000) })).toEqual({});
  });
});

describe('what an entry says of an officer [R21.1]', () => {
  it.each([
    ['access.released.v1', 'USE'],
    ['audit.log-read.v1', 'LOG_READ'],
    ['authorisation.sharing-application-submitted.v1', 'APPLICATION'],
    ['authorisation.sharing-application-refusal-proposed.v1', 'DECISION'],
    ['authorisation.grant-issued.v1', 'DECISION'],
    ['authorisation.agreement-accepted.v1', 'DOCUMENT'],
    ['catalogue.entry-internally-reviewed.v1', 'REVIEW'],
    ['catalogue.entry-drafted.v1', 'APPLICATION'],
    ['exchange.batch-applied.v1', 'OTHER'],
  ])('%s is a kind of %s', (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  it.each([
    ['did', null, { use: { officerId: 'li', officerAsserted: false } }],
    ['asserted', 's-1', { use: { officerId: 'li', officerAsserted: true } }],
    ['did', 'li', {}],
    ['did', null, { by: 'li' }],
    ['named', 'wang', { by: 'wang', officerId: 'li' }],
  ] as const)('says that they %s it', (how, actor, data) => {
    expect(touchedOf(anEntry('t', data), actor, 'li')).toMatchObject({ how, about: 'k' });
  });

  it('names who appoints them, and nobody where nothing of that is said', () => {
    const appointments = [{ organisationId: 'a' }, { organisationId: 'b' }, {}, null];
    expect(appointingIn(anEntry('t', { appointments }))).toEqual(['a', 'b']);
    expect(appointingIn(anEntry('t', { appointments: 'a' }))).toEqual([]);
  });
});
