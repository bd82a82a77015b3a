import { pinyin } from 'pinyin-pro';

/**
 * First letters of how a name is pronounced, one for each character and a space for what has none: `最低生活保障` is
 * `zdshbz`. The words around a character tell how it is read (`银行` against `行政`).
 */
export function pinyinInitials(text: string): string {
  const letters = pinyin(text, { pattern: 'first', toneType: 'none', type: 'array' });
  return letters.map((letter) => (/^[a-z]$/.test(letter) ? letter : ' ')).join('');
}
