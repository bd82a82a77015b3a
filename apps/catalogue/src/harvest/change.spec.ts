import { authority, stranger, submitter } from '../../test/builders';
import { foundBy, toldTo, type Shown } from './change';

const shown = (visibility: Shown['visibility'] = 'ALL', providerId = 'mzt'): Shown => ({ providerId, visibility });

describe('a change of the catalogue, as it is told', () => {
  it.each([
    ['published', null, shown(), 'PUBLISHED', 'PUBLISHED', 'PUBLISHED'],
    ['changed', shown(), shown(), 'CHANGED', 'CHANGED', 'CHANGED'],
    [
      'changed, of which all but a summary is kept',
      shown('SUMMARY'),
      shown('SUMMARY'),
      'CHANGED',
      'CHANGED',
      'CHANGED',
    ],
    ['withdrawn', shown(), null, 'REMOVED', 'REMOVED', 'REMOVED'],
    ['hidden', shown(), shown('HIDDEN'), 'REMOVED', 'CHANGED', 'CHANGED'],
    ['no longer hidden', shown('HIDDEN'), shown('SUMMARY'), 'PUBLISHED', 'CHANGED', 'CHANGED'],
    ['published hidden', null, shown('HIDDEN'), null, 'PUBLISHED', 'PUBLISHED'],
    ['withdrawn while hidden', shown('HIDDEN'), null, null, 'REMOVED', 'REMOVED'],
    ['handed to another provider while hidden', shown('HIDDEN', 'zgt'), shown('HIDDEN'), 'REMOVED', 'PUBLISHED', 'CHANGED'], // prettier-ignore
  ] as const)('[R14.1] %s', (_what, before, after, toOther, toProvider, toAuthority) => {
    expect([stranger, submitter, authority].map((by) => toldTo(by, { before, after }))).toEqual([
      toOther,
      toProvider,
      toAuthority,
    ]);
  });

  it('[R14.1] of what there was before, only what can be seen, and each entry once', () => {
    expect(foundBy(stranger, { after: shown(), last: true })).toBe('PUBLISHED');
    expect(foundBy(stranger, { after: shown(), last: false })).toBeNull();
    expect(foundBy(stranger, { after: null, last: true })).toBeNull();
    expect(foundBy(stranger, { after: shown('HIDDEN'), last: true })).toBeNull();
    expect(foundBy(submitter, { after: shown('HIDDEN'), last: true })).toBe('PUBLISHED');
  });
});
