import { Refusal, REFUSALS, type RefusalCode } from '.';

describe('the table of refusal codes', () => {
  const rows = Object.entries(REFUSALS);

  it.each(rows)('%s is named area.snake_case and says in both languages what to do next', (code, entry) => {
    expect(code).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
    for (const text of [entry.zh, entry.en, entry.nextZh, entry.nextEn]) expect(text.trim()).not.toBe('');
    expect(entry.en).not.toMatch(/[\u4e00-\u9fff]/);
    expect(entry.zh).toMatch(/[\u4e00-\u9fff]/);
  });

  it.each(rows.filter(([, entry]) => entry.requirement))(
    '[R12.7] %s names the article of its requirement',
    (_code, entry) => {
      expect(entry.requirement).toMatch(/^R\d{1,2}\.\d{1,2}$/);
      expect(entry.article).toBe(Number(entry.requirement!.slice(1).split('.')[0]));
    },
  );

  it('gives a refusal its row', () => {
    const refusal = new Refusal('access.no_grant' satisfies RefusalCode, { about: ['203000-000001'] });
    expect(refusal).toMatchObject({
      code: 'access.no_grant',
      entry: REFUSALS['access.no_grant'],
      details: { about: ['203000-000001'] },
    });
  });
});
