import fc from 'fast-check';
import { termsOf, type Found } from './terms';

const found = (data: unknown, changes: Partial<Found> = {}): Found => ({
  entry: JSON.stringify({ data }),
  type: 'access.refused.v1',
  key: 'd-1',
  actor: null,
  concerns: [],
  ...changes,
});

describe('what an entry is found by [R14.9] [R21.1]', () => {
  it('is what it names, who did it, whom it concerns, for what, and what was decided with which reasons', () => {
    const data = {
      effect: 'deny',
      grantId: null,
      use: { resourceId: '203000-000001', purpose: 'social-aid.eligibility', matterNumber: '2026-7', systemId: 's-1' },
      reasons: [{ code: 'access.no_grant', requirement: 'R12.3', article: 12 }],
      targetIds: ['t-1', 't-2'],
      note: 'not looked at',
      asked: { purpose: 'social-aid.other', grantId: 'g-9' },
    };
    expect(termsOf(found(data, { actor: 'hk-mzj-1', concerns: ['hk-mzj'] })).sort()).toEqual([
      'about:203000-000001',
      'about:d-1',
      'about:s-1',
      'about:t-1',
      'about:t-2',
      'actor:hk-mzj-1',
      'article:12',
      'effect:deny',
      'matter:2026-7',
      'organisation:hk-mzj',
      'purpose:social-aid.eligibility',
      'reason:access.no_grant',
      'type:access.refused.v1',
    ]);
  });

  it('has an end, whatever was sent', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`a${i}Id`, `x${i}`]));
    expect(termsOf(found(many))).toHaveLength(200);
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 2000 }), (data, key) => {
        const terms = termsOf(found({ data, someId: key, reasons: data }, { key }));
        expect(terms.length).toBeLessThanOrEqual(200);
        for (const term of terms) expect(term.length < 320 && !term.includes('\0')).toBe(true);
      }),
    );
  });
});
