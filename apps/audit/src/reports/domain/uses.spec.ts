import { countsOf } from './uses';

const anEnd = (over: Readonly<Record<string, unknown>> = {}, type = 'access.released.v1', at = '2026-11-23T15:59:59Z') => ({
  ...{ type, at, sealedAt: new Date('2026-11-24T00:00:00Z') },
  entry: JSON.stringify({
    data: {
      effect: 'permit',
      reasons: [],
      rows: 2,
      use: { departmentId: 'hk-mzj', resourceId: '203000-000001', purpose: 'social-aid.eligibility' },
      ...over,
    },
  }),
}); // prettier-ignore
const GROUP = { department: 'hk-mzj', resource: '203000-000001', purpose: 'social-aid.eligibility' };

describe('counts of uses [R14.9] [R21.1]', () => {
  it('are summed by all they are counted by, each use once, by the day in China', () => {
    expect(countsOf([anEnd(), anEnd(), anEnd({}, 'access.released.v1', '2026-11-23T16:00:00Z')])).toEqual([
      { ...GROUP, day: '2026-11-23', effect: 'permit', article: '', uses: 2, rows: 4 },
      { ...GROUP, day: '2026-11-24', effect: 'permit', article: '', uses: 1, rows: 2 },
    ]);
  });

  it('name every article of a refusal, in order and once', () => {
    const reasons = [{ article: 13 }, { article: 12 }, { article: 12 }, 'none', { article: 'x' }];
    const [count] = countsOf([anEnd({ effect: 'deny', reasons, rows: null }, 'access.refused.v1')]);
    expect(count).toMatchObject({ effect: 'deny', article: '12,13', uses: 1, rows: 0 });
  });

  it('have neither the beginning of a use nor what was only explained', () => {
    const others = ['access.release-started.v1', 'access.explained.v1', 'catalogue.entry-published.v1'];
    expect(countsOf(others.map((type) => anEnd({}, type)))).toEqual([]);
    expect(countsOf([anEnd({}, 'access.aborted.v1')])[0]?.effect).toBe('aborted');
  });

  it.each([['null'], ['[]'], ['"text"'], ['{"use":[],"reasons":{},"rows":-1,"effect":7}']])(
    'have an answer to what a producer wrote wrongly: %s',
    (data) => {
      const wrong = { ...anEnd({}, 'access.refused.v1', 'yesterday'), entry: `{"data":${data}}` };
      const nothing = { department: '', resource: '', effect: '', article: '', purpose: '' };
      expect(countsOf([wrong])).toEqual([{ ...nothing, day: '2026-11-24', uses: 1, rows: 0 }]);
    },
  );
});
