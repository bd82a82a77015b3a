import type { MaskRule } from '@qiongtong/contracts';

const HIDDEN = '******';

/**
 * Shows a value as a mask rule allows. Null stays null. A value too short to hide anything of itself is hidden whole,
 * and what is no text or number is too.
 */
export function maskValue(rule: MaskRule, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string' && typeof value !== 'number') return HIDDEN;
  const signs = [...String(value)];
  switch (rule) {
    case 'name':
      return keep(signs, 1, 0, 2);
    case 'idNumber':
      return keep(signs, 3, 2, 10);
    case 'phone':
      return keep(signs, 3, 4, 11);
    case 'address':
      return signs.length > 8 ? signs.slice(0, 6).join('') + HIDDEN : HIDDEN;
    default:
      return HIDDEN;
  }
}

function keep(signs: readonly string[], head: number, tail: number, atLeast: number): string {
  if (signs.length < atLeast) return HIDDEN;
  const shown = tail === 0 ? [] : signs.slice(-tail);
  return [...signs.slice(0, head), '*'.repeat(signs.length - head - tail), ...shown].join('');
}
