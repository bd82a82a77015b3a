/**
 * A class of the catalogue: 类, 项, 目 and 细目, parted by hyphens: `2-03-001-01`. The first three have as many digits as
 * the national guide gives them, the fourth up to six. [B.2]
 */
export const CLASS_FORM = /^[123](-\d{2}(-\d{3}(-\d{1,6})?)?)?$/;
export const LONGEST_CLASS = 15;

/** A resource code: the class's digits, at least six, and a sequence number: `203000/000001`. */
export const CODE_FORM = /^\d{6,12}\/\d{1,12}$/;
const CLASS_DIGITS = 6;

/** How an edition has sequence numbers written. */
export type CodeRule = Readonly<{
  /** A number has this many digits, with zeros before it, and more only where it needs them. */
  sequenceDigits: number;
}>;

/** From 1 (类) to 4 (细目). */
export const levelOf = (code: string): number => code.split('-').length;

/** Null of a class of the first level. */
export const parentOf = (code: string): string | null => {
  const end = code.lastIndexOf('-');
  return end === -1 ? null : code.slice(0, end);
};

/** The class itself and every one above it, from the top. */
export const pathOf = (code: string): string[] => {
  const parts = code.split('-');
  return parts.map((_, i) => parts.slice(0, i + 1).join('-'));
};

/** What codes assigned in the class begin with: `2-03` has `203000`. */
export const prefixOf = (code: string): string => code.replaceAll('-', '').padEnd(CLASS_DIGITS, '0');

/** Whether a code that begins with `prefix` may be one of the class. Below a 细目 there is nothing more. */
export const fits = (prefix: string, code: string): boolean =>
  levelOf(code) === 4 ? prefix === prefixOf(code) : prefix.startsWith(code.replaceAll('-', ''));

export const resourceCodeIn = (code: string, sequence: number, rule: CodeRule): string =>
  `${prefixOf(code)}/${String(sequence).padStart(rule.sequenceDigits, '0')}`;

/** Stands for a code of the class before one is given; none has the number 0. */
export const codeToCome = (code: string): string => `${prefixOf(code)}/000000`;

export type CodeParts = Readonly<{ prefix: string; sequence: number }>;

/** Longer numbers are only assigned: nobody brings along the last one that there is. */
const MOST_GIVEN = 999_999_999;

/** Null where the rule would not have written the code so. */
export function partsOf(resourceCode: string, rule: CodeRule): CodeParts | null {
  const [prefix = '', digits = ''] = resourceCode.split('/');
  const sequence = Number(digits);
  if (!CODE_FORM.test(resourceCode) || sequence === 0 || sequence > MOST_GIVEN) return null;
  return digits === String(sequence).padStart(rule.sequenceDigits, '0') ? { prefix, sequence } : null;
}
