import { aKeyItem, anItem } from '../../../test/builders';
import { checkItems, ITEM_LIMITS } from './items';

const faults = (...items: Parameters<typeof checkItems>[0]) => {
  try {
    checkItems(items, true);
    return [];
  } catch (refusal) {
    expect(refusal).toMatchObject({ code: 'catalogue.item_invalid' });
    return (refusal as { details: { errors: { pointer: string }[] } }).details.errors.map((e) => e.pointer);
  }
};

describe('items of an entry', () => {
  it.each([
    ['a code that begins with a capital', anItem({ code: 'Name' }), '/items/0/code'],
    ['a code with an underscore', anItem({ code: 'a_b' }), '/items/0/code'],
    ['a code of 65 characters', anItem({ code: 'a'.repeat(65) }), '/items/0/code'],
    ['no name', anItem({ name: '  ' }), '/items/0/name'],
    ['C without a length', anItem({ length: undefined }), '/items/0/length'],
    ['C with a decimal length', anItem({ length: '18.4' }), '/items/0/length'],
    ['N without a length', anItem({ type: 'N', length: undefined }), '/items/0/length'],
    ['N with characters', anItem({ type: 'N', length: '18' }), '/items/0/length'],
    ['a scale above the precision', anItem({ type: 'N', length: '2.4' }), '/items/0/length'],
    ['more digits than are kept', anItem({ type: 'N', length: '39.2' }), '/items/0/length'],
    ['a date with a length', anItem({ type: 'D', length: '10' }), '/items/0/length'],
    ['a key that may be missing', aKeyItem({ required: false }), '/items/0/required'],
    ['a key that is prose', aKeyItem({ type: 'M', length: undefined }), '/items/0/key'],
    ['a key that is a binary fraction', aKeyItem({ type: 'F', length: undefined }), '/items/0/key'],
    ['a general object that would be hosted', anItem({ type: 'G', length: undefined }), '/items/0/type'],
    ['a code list on a number', anItem({ type: 'I', length: undefined, codeList: ['1'] }), '/items/0/codeList'],
    ['an empty code list', anItem({ codeList: [] }), '/items/0/codeList'],
    ['a value listed twice', anItem({ codeList: ['1', '1'] }), '/items/0/codeList'],
    ['a value longer than the item', anItem({ length: '1', codeList: ['12'] }), '/items/0/codeList'],
  ])('[R7.3] are refused with %s', (_what, item, pointer) => {
    expect(faults(item)).toEqual([pointer]);
  });

  it('[R7.3] are refused when two have the same code, naming the second', () => {
    expect(faults(aKeyItem(), anItem(), anItem())).toEqual(['/items/2/code']);
  });

  it('[R7.3] are refused beyond the limit', () => {
    const many = Array.from({ length: ITEM_LIMITS.items + 1 }, (_, i) => anItem({ code: `c${i}` }));
    expect(faults(...many)).toEqual(['/items']);
  });

  it.each([
    anItem({ type: 'N', length: '18.4' }),
    anItem({ type: 'Y', length: undefined }),
    anItem({ type: 'Y', length: '16.2' }),
    anItem({ type: 'D', length: undefined }),
    anItem({ length: '2', codeList: ['01', '02'] }),
    anItem({ length: '1', codeList: ['𠮷'] }),
    aKeyItem({ type: 'T', length: undefined }),
  ])('are taken when described as they must be', (item) => {
    expect(faults(item)).toEqual([]);
  });

  it('may be general objects where nothing is hosted', () => {
    expect(() => checkItems([anItem({ type: 'G', length: undefined })], false)).not.toThrow();
  });
});
