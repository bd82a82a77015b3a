import fc from 'fast-check';
import { citizenIdWithCheck, validCitizenId } from './citizen-id';
import { creditCodeWithCheck, validCreditCode } from './credit-code';

describe('a unified social credit code', () => {
  it.each(['91350100M000100Y43', '11460000DEM000014F', '12460000DEM0000227'])('%s is one', (code) => {
    expect(validCreditCode(code)).toBe(true);
  });

  it.each([
    ['a wrong check sign', '91350100M000100Y44'],
    ['two signs exchanged', '91350100M001000Y43'],
    ['small letters', '91350100m000100y43'],
    ['a letter outside the alphabet', '91350100I000100Y43'],
    ['one sign missing', '91350100M000100Y4'],
    ['a blank behind', '91350100M000100Y43 '],
    ['no text', 91350100],
    ['nothing', null],
  ])('%s is none', (_what, code) => {
    expect(validCreditCode(code)).toBe(false);
  });

  it('gets its check sign, and one only', () => {
    const signs = fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUWXY');
    fc.assert(
      fc.property(fc.string({ unit: signs, minLength: 17, maxLength: 17 }), signs, (body, other) => {
        const code = creditCodeWithCheck(body);
        expect(validCreditCode(code)).toBe(true);
        expect(validCreditCode(body + other)).toBe(other === code[17]);
      }),
    );
    expect(() => creditCodeWithCheck('9135')).toThrow(RangeError);
  });
});

describe('a citizen identity number', () => {
  it.each(['11010519491231002X', '440524188001010014'])('%s is one', (id) => {
    expect(validCitizenId(id)).toBe(true);
  });

  it.each([
    ['a wrong check sign', '110105194912310021'],
    ['a small x', '11010519491231002x'],
    ['a day that does not exist', '110105194902300020'],
    ['a region that begins with 0', '01010519491231002X'],
    ['one digit missing', '1101051949123100X'],
    ['no text', 1],
  ])('%s is none', (_what, id) => {
    expect(validCitizenId(id)).toBe(false);
  });

  it('gets its check sign', () => {
    expect(citizenIdWithCheck('11010519491231002')).toBe('11010519491231002X');
    expect(() => citizenIdWithCheck('11010519490230002')).toThrow(RangeError);
  });
});
