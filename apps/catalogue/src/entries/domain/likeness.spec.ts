import fc from 'fast-check';
import { likeness, type Likened } from './likeness';

const of = (over: Partial<Likened> = {}): Likened => ({
  name: '最低生活保障对象信息',
  purpose: '享受最低生活保障的家庭及成员,社会救助暂行办法',
  items: [
    { name: '户编号', elementId: 'household-no' },
    { name: '姓名', elementId: null },
  ],
  ...over,
});

describe('how alike two entries are', () => {
  it('[R8.1] is 1 for the same, and nothing for what has nothing in common', () => {
    expect(likeness(of(), of())).toMatchObject({ score: 1, name: 1, items: 1, purpose: 1 });
    const other = of({ name: '不动产登记信息', purpose: '房屋登记', items: [{ name: '单元号', elementId: null }] });
    expect(likeness(of(), other).score).toBeLessThan(0.05);
  });

  it('[R8.1] an item is alike by its element though it has another name, and by its name without one', () => {
    const other = of({ items: [{ name: '家庭编号', elementId: 'household-no' }, { name: '姓名', elementId: null }] }); // prettier-ignore
    expect(likeness(of(), other)).toMatchObject({ items: 1, sharedItems: ['户编号', '姓名'] });
  });

  it('[R3.1] is told from name and purpose alone where the items may not be known', () => {
    expect(likeness(of(), of({ items: null }))).toMatchObject({ score: 1, items: null, sharedItems: [] });
  });

  it('[R8.1] words that every name has make no likeness', () => {
    expect(likeness(of({ name: '婚姻登记信息' }), of({ name: '企业年报信息' })).name).toBe(0);
  });

  it('[R8.1] is from 0 to 1 and the same from either side, whatever is compared', () => {
    const text = fc.string({ unit: fc.constantFrom(...'低保婚姻登记信息A b'), maxLength: 12 });
    const items = fc.option(fc.uniqueArray(fc.record({ name: text, elementId: fc.constant(null) }), { maxLength: 4, selector: ({ name }) => name.trim() })); // prettier-ignore
    const likened = fc.record({ name: text, purpose: text, items });
    fc.assert(
      fc.property(likened, likened, (one, other) => {
        const [there, back] = [likeness(one, other), likeness(other, one)];
        for (const part of [there.score, there.name, there.items ?? 0, there.purpose ?? 0])
          expect(part >= 0 && part <= 1).toBe(true);
        expect(there.name).toBe(back.name);
        expect(there.purpose).toBe(back.purpose);
      }),
    );
  });
});
