import { aContent, aKeyItem, anEntry, anItem } from '../../../test/builders';
import type { Content } from './content';
import { checkConfirmed, checkStricterClass, concernedBy, effectsDigest, madeStricter, narrowingOf, narrows } from './narrowing'; // prettier-ignore

const refusal = (code: string) => expect.objectContaining({ code });
const NAME = anItem();
const published = aContent({ items: [aKeyItem(), NAME] });
const lost = (items: Content['items']) => narrowingOf(published, aContent({ items })).items;
const legalBasis = { law: '某法', article: '第三条', documentNumber: '1号', attachmentDigest: null };
const said = { narrative: '依法不再共享', basis: legalBasis };

describe('what a version gives less', () => {
  it.each([
    ['an item that is removed', [aKeyItem()], ['REMOVED']],
    ['a type that changed', [aKeyItem(), { ...NAME, type: 'M' as const }], ['TYPE_CHANGED']],
    ['an item that is sensitive now', [aKeyItem(), { ...NAME, sensitive: true }], ['MORE_SENSITIVE']],
    ['an item that cannot be asked by any more', [aKeyItem(), { ...NAME, queryable: false }], ['NOT_QUERYABLE']],
    ['two at once', [aKeyItem(), { ...NAME, sensitive: true, queryable: false }], ['MORE_SENSITIVE', 'NOT_QUERYABLE']],
  ])('[R10.4] %s', (_what, items, how) => {
    expect(lost(items)).toEqual([{ item: 'name', how }]);
  });

  it('[R10.4] nothing where items are added, renamed, moved, or less kept back', () => {
    expect(lost([anItem({ code: 'more' }), { ...NAME, name: '姓名全称' }, aKeyItem()])).toEqual([]);
    const before = aContent({ items: [{ ...NAME, sensitive: true, queryable: false }] });
    expect(narrows(narrowingOf(before, aContent({ items: [NAME] })))).toBe(false);
  });

  it.each([
    ['UNCONDITIONAL', 'CONDITIONAL', true],
    ['UNCONDITIONAL', 'NOT_SHARED', true],
    ['CONDITIONAL', 'NOT_SHARED', true],
    ['CONDITIONAL', 'CONDITIONAL', false],
    ['CONDITIONAL', 'UNCONDITIONAL', false],
    ['NOT_SHARED', 'CONDITIONAL', false],
  ] as const)('[R10.4] from %s to %s the class is stricter: %s', (from, to, stricter) => {
    const narrowing = narrowingOf(aContent({ sharingType: from }), aContent({ sharingType: to }));
    expect(narrowing.stricterClass !== null).toBe(stricter);
    expect(concernedBy(narrowing)).toEqual(stricter ? null : []);
  });

  it('[R22.2] another rule that takes over is a stricter class, and one that no longer does is not', () => {
    const special = aContent({ specialRegime: 'GEOGRAPHIC_INFORMATION' });
    expect(narrowingOf(published, special).stricterClass).toMatchObject({ to: { specialRegime: 'GEOGRAPHIC_INFORMATION' } }); // prettier-ignore
    expect(narrowingOf(special, published).stricterClass).toBeNull();
  });
});

describe('what the provider has to say', () => {
  const removed = narrowingOf(published, aContent({ items: [aKeyItem()] }));
  const stricter = narrowingOf(published, aContent({ sharingType: 'NOT_SHARED' }));
  const now = { digest: 'd', count: 2 };

  it('[R10.4] the law for a stricter class, and only for that', () => {
    expect(() => checkStricterClass(stricter, null)).toThrow(refusal('catalogue.stricter_basis_missing'));
    expect(() => checkStricterClass(stricter, said)).not.toThrow();
    expect(() => checkStricterClass(removed, null)).not.toThrow();
  });

  it('[R10.4] that it knows whom it takes something from', () => {
    const digest = effectsDigest(removed, 'd');
    expect(checkConfirmed(removed, now, digest)).toEqual({ digest, grants: 2 });
    expect(() => checkConfirmed(removed, now, null)).toThrow(refusal('catalogue.effects_not_confirmed'));
    // Another grant, or the same ones and another change.
    for (const other of [effectsDigest(removed, 'e'), effectsDigest(stricter, 'd')])
      expect(() => checkConfirmed(removed, now, other)).toThrow(refusal('catalogue.effects_changed'));
    expect(checkConfirmed(removed, { digest: '', count: 0 }, null)).toBeNull();
    expect(() => checkConfirmed(removed, { digest: '', count: 0 }, digest)).toThrow(refusal('catalogue.effects_changed')); // prettier-ignore
  });

  it('[R10.4] a stricter class is told with its law and who consented', () => {
    const state = anEntry({
      version: 2,
      submission: { by: 's', at: '', rulePack: 'p', stricterClass: said },
      decision: { by: 'g', at: '', organisationId: 'gxt', outcome: 'APPROVED', remarks: '依法' },
      publication: { by: 'mzt-submitter', at: '' },
    });
    expect(madeStricter(removed, state)).toEqual([]);
    expect(madeStricter(stricter, state)).toMatchObject([
      {
        type: 'catalogue.class-made-stricter.v1',
        data: {
          from: { sharingType: 'CONDITIONAL' },
          to: { sharingType: 'NOT_SHARED' },
          consentedBy: 'gxt',
          version: 2,
        },
      },
    ]);
  });
});
