/** Citizen identity numbers, GB 11643: region, date of birth, sequence, check sign (ISO 7064 MOD 11-2). */
const BODY = /^[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** @throws RangeError when they are no 17 digits with a date of birth that exists */
export function citizenIdWithCheck(first17: string): string {
  if (!isBody(first17)) throw new RangeError('expected the first 17 digits of a citizen identity number');
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return first17 + CHECKS[sum % 11]!;
}

/** The check sign X is a capital letter. */
export function validCitizenId(id: unknown): boolean {
  if (typeof id !== 'string' || id.length !== 18 || !isBody(id.slice(0, 17))) return false;
  return citizenIdWithCheck(id.slice(0, 17)) === id;
}

function isBody(text: string): boolean {
  const match = BODY.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const born = new Date(Date.UTC(year, month - 1, day));
  return (
    year >= 1800 && born.getUTCFullYear() === year && born.getUTCMonth() === month - 1 && born.getUTCDate() === day
  );
}
