/** Unified social credit codes, GB 32100: 17 signs and a check sign over 31 signs without I, O, S, V, Z. */
const SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const BODY = /^[0-9A-HJ-NP-RTUW-Y]{17}$/;
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * @param first17 registration authority, kind of body, region and body code
 * @throws RangeError when they are no 17 signs of the alphabet
 */
export function creditCodeWithCheck(first17: string): string {
  if (!BODY.test(first17)) throw new RangeError('expected the first 17 signs of a credit code');
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * SIGNS.indexOf(first17[i]!), 0);
  return first17 + SIGNS[(31 - (sum % 31)) % 31]!;
}

export function validCreditCode(code: unknown): boolean {
  if (typeof code !== 'string' || code.length !== 18 || !BODY.test(code.slice(0, 17))) return false;
  return creditCodeWithCheck(code.slice(0, 17)) === code;
}
