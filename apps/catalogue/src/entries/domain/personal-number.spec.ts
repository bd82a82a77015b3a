import { citizenIdWithCheck } from '@qiongtong/regulation';
import { aContent, aKeyItem, anItem } from '../../../test/builders';
import { checkContent } from './content';
import { personalNumbersIn } from './personal-number';

const ID = citizenIdWithCheck('46010019900101123');
const endingInX = Array.from({ length: 90 }, (_, n) => citizenIdWithCheck(`460100199001011${n + 10}`)).find((id) =>
  id.endsWith('X'),
)!;

describe('somebody’s number in what an entry says', () => {
  it.each([
    ['the abstract', aContent({ abstract: `如张三(${ID})` }), 'abstract'],
    [
      'a sample among the values of an item',
      aContent({ items: [aKeyItem({ codeList: ['1', ID] })] }),
      'items.0.codeList.1',
    ],
    [
      'the name of an item',
      aContent({ items: [aKeyItem(), anItem({ name: `${endingInX.toLowerCase()}` })] }),
      'items.1.name',
    ],
    ['the condition', aContent({ sharingCondition: `仅限${ID}本人` }), 'sharingCondition'],
  ])('[R14.7] is refused in %s, and not repeated', (_where, content, field) => {
    expect(personalNumbersIn(content)).toEqual([field]);
    let said: unknown;
    try {
      checkContent('203000-000001', content);
    } catch (refusal) {
      said = refusal;
    }
    expect(said).toMatchObject({ code: 'catalogue.personal_number', details: { about: [field] } });
    expect(JSON.stringify(said)).not.toContain(ID);
  });

  it.each([
    ['a number with a wrong check sign', ID.slice(0, 17) + ((Number(ID[17]) + 1) % 10)],
    ['part of a longer number', `9${ID}`],
    ['a credit code', '11460000MB0000000X'],
    ['no day of birth', '460100199013011234'],
  ])('is not %s', (_what, text) => {
    expect(personalNumbersIn(aContent({ abstract: text }))).toEqual([]);
  });
});
