import type { EntryAllotment } from '@qiongtong/contracts';
import { anEntry, now } from '../../../test/builders';
import { ENTRY_STATUSES } from './entry';
import { succeed, type Passing } from './succession';

const passing = (over: Partial<EntryAllotment> = {}): Passing => ({
  changeId: 'c1',
  documentNumber: '琼编〔2026〕3号',
  decidedBy: 'gxt-li',
  authorityId: 'gxt',
  entries: { listed: [], rest: [{ fromId: 'mzt', toId: 'hz' }], withdrawals: [], ...over },
});
const { id } = anEntry();

describe('[R15.3] an entry whose provider gives way', () => {
  it.each(ENTRY_STATUSES)('passes as it stands: %s', (status) => {
    const { state, event } = succeed(anEntry({ status }), passing(), now)!;
    expect(state).toEqual({
      ...anEntry({ status, providerId: 'hz', revision: 4, updatedAt: now.toISOString() }),
      formerProviders: [{ providerId: 'mzt', until: now.toISOString(), changeId: 'c1' }],
    });
    expect(event).toMatchObject({
      type: 'catalogue.entry-passed.v1',
      data: { providerId: 'hz', formerProviderId: 'mzt', changeId: 'c1', revision: 4 },
    });
  });

  it('keeps everybody who provided it before', () => {
    const once = succeed(anEntry(), passing(), now)!.state;
    const twice = succeed(once, { ...passing({ rest: [{ fromId: 'hz', toId: 'sz' }] }), changeId: 'c2' }, now)!.state;
    expect(twice.formerProviders.map(({ providerId, changeId }) => [providerId, changeId])).toEqual([
      ['mzt', 'c1'],
      ['hz', 'c2'],
    ]);
  });

  it.each([
    ['as it is listed', { listed: [{ entryId: id, toId: 'a' }] }, 'a'],
    ['listed, though its provider goes on', { listed: [{ entryId: id, toId: 'a' }], rest: [] }, 'a'],
    ['with the rest', { listed: [{ entryId: 'other', toId: 'a' }] }, 'hz'],
  ])('goes %s', (_how, entries, to) => {
    expect(succeed(anEntry(), passing(entries), now)!.state.providerId).toBe(to);
  });

  it.each([
    ['its provider goes on and it is not listed', anEntry(), passing({ rest: [] })],
    ['it was passed before', anEntry({ providerId: 'hz' }), passing()],
    ['another body is meant', anEntry({ providerId: 'zgt' }), passing()],
    ['nobody takes it and nobody withdraws it', anEntry(), passing({ rest: [{ fromId: 'mzt', toId: null }] })],
  ])('stays where %s', (_why, entry, how) => {
    expect(succeed(entry, how, now)).toBeNull();
  });

  it('[R10.4] is withdrawn on the law that the decision names, once', () => {
    const law = { law: '某法', article: '第六条' };
    const how = passing({ rest: [], withdrawals: [{ entryId: id, statutoryBasis: [law] }] });
    const { state, event } = succeed(anEntry({ status: 'PUBLISHED' }), how, now)!;
    expect(state).toMatchObject({
      status: 'WITHDRAWN',
      providerId: 'mzt',
      withdrawal: { ground: 'STATUTORY', basis: law },
    });
    expect(event).toMatchObject({ type: 'catalogue.entry-withdrawn.v1', data: { ground: 'STATUTORY' } });
    expect(succeed(state, how, now)).toBeNull();
  });
});
