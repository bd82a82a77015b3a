import { MASK_RULES, type MaskRule } from '@qiongtong/contracts';
import fc from 'fast-check';
import { maskValue } from './masking';

describe('[R12.7] a mask', () => {
  it.each<[MaskRule, unknown, string | null]>([
    ['name', '张三', '张*'],
    ['name', '欧阳娜娜', '欧***'],
    ['name', '𠮷野', '𠮷*'],
    ['name', '张', '******'],
    ['idNumber', '11010519491231002X', '110*************2X'],
    ['idNumber', '123', '******'],
    ['phone', '13812345678', '138****5678'],
    ['phone', 13812345678, '138****5678'],
    ['phone', '110', '******'],
    ['address', '海南省海口市美兰区某路1号', '海南省海口市******'],
    ['address', '海口', '******'],
    ['full', '什么都行', '******'],
    ['full', true, '******'],
    ['name', { first: '三' }, '******'],
    ['name', null, null],
    ['full', undefined, null],
    ['rot13' as MaskRule, '未知', '******'],
  ])('%s shows %p as %p', (rule, value, shown) => {
    expect(maskValue(rule, value)).toBe(shown);
  });

  it('never shows a value whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MASK_RULES),
        fc.string({ unit: fc.constantFrom('a', '张', '1'), minLength: 1 }),
        (rule, value) => {
          expect(maskValue(rule, value)).not.toBe(value);
          expect(maskValue(rule, value)).toContain('*');
        },
      ),
    );
  });
});
