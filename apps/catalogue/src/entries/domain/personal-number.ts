import { validCitizenId } from '@qiongtong/regulation';

const EIGHTEEN_SIGNS = /(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])/g;

/**
 * Fields of an entry in which somebody's citizen number stands: rows that are offered as samples or hidden in a
 * description would be there for all to find, and nobody's use of them on record. [R14.7]
 *
 * @returns paths such as `abstract` or `items.0.codeList.2`; never the number
 */
export function personalNumbersIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string')
    return (value.match(EIGHTEEN_SIGNS) ?? []).some((found) => validCitizenId(found.toUpperCase())) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    personalNumbersIn(inner, path === '' ? name : `${path}.${name}`),
  );
}
