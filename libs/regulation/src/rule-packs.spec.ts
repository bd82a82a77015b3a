import { ARTICLES } from './articles';
import { RULE_PACKS, rulePackFor } from './rule-packs';

const in2026 = new Date('2026-03-02T10:00:00+08:00');

describe('[R23.1] the rules in force', () => {
  it('are those of 2014 alone for a body that Order 809 does not bind', () => {
    expect(rulePackFor(in2026, 'JUDICIAL')).toMatchObject({
      id: 'HN-2014-176@1',
      overlays: [],
      reference: 'HN-2014-176@1',
      replyWorkingDays: 10,
      reminders: [5, 8, 9],
      replyExtensionWorkingDays: 0,
      provideWithinWorkingDays: null,
      refusalNeedsConsent: true,
      monthlyFloor: 1,
      recordYears: null,
    });
  });

  it('have Order 809 laid over them for a government department', () => {
    const pack = rulePackFor(in2026, 'ADMINISTRATIVE');
    expect(pack).toMatchObject({
      id: 'HN-2014-176@1',
      overlays: ['CN-2025-809@1'],
      reference: 'HN-2014-176@1+CN-2025-809@1',
      replyWorkingDays: 10,
      replyExtensionWorkingDays: 10,
      provideWithinWorkingDays: 20,
      catalogueUpdateWorkingDays: 10,
      catalogueReviewWorkingDays: 2,
      correctionWorkingDays: 10,
      recordYears: 3,
    });
    expect(pack.origins.replyExtensionWorkingDays).toEqual({ pack: 'CN-2025-809@1', article: 21 });
  });

  it('keep what was stricter in 2014: at once, and the consent to a refusal', () => {
    const pack = rulePackFor(in2026, 'ADMINISTRATIVE');
    expect(pack.unconditionalReplyWorkingDays).toBe(0);
    expect(pack.origins.unconditionalReplyWorkingDays).toEqual({ pack: 'HN-2014-176@1', article: 11 });
    expect(pack.refusalNeedsConsent).toBe(true);
  });

  it('change at midnight in Hainan', () => {
    expect(rulePackFor(new Date('2025-07-31T15:59:59Z'), 'ADMINISTRATIVE').overlays).toEqual([]);
    expect(rulePackFor(new Date('2025-07-31T16:00:00Z'), 'ADMINISTRATIVE').overlays).toEqual(['CN-2025-809@1']);
  });

  it('did not exist before', () => {
    expect(() => rulePackFor(new Date('2014-12-18T15:59:59Z'), 'PARTY')).toThrow(RangeError);
  });

  it('each name an article, and the base names every value', () => {
    for (const { article } of RULE_PACKS[0]!.rules) expect(ARTICLES[article]).toBeDefined();
    const known = RULE_PACKS[0]!.rules.map(({ rule }) => rule);
    for (const pack of RULE_PACKS) for (const { rule } of pack.rules) expect(known).toContain(rule);
  });

  it('[R1.1] every article has a title in both languages', () => {
    expect(Object.keys(ARTICLES)).toHaveLength(23);
  });
});
