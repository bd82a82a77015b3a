import { Refusal, type StatutoryBasis } from '@qiongtong/contracts';

/** A number in figures or in words: 第十二条, Art. 12. */
const NUMBER = /[\d〇零一二三四五六七八九十百千]/;
const letters = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

/**
 * A statutory basis names a law, an article by its number and the words it rests on. Whether they carry the refusal is
 * for the authority to judge; what names nothing does not reach it. [R10.2]
 */
export function checkStatutoryBasis(given: readonly StatutoryBasis[]): void {
  if (given.length === 0) throw new Refusal('consent.statutory_basis_missing');
  const empty = given.flatMap(({ law, article, quotation }, i) =>
    letters(law) >= 2 && NUMBER.test(article) && letters(quotation) >= 4 && quotation.trim() !== law.trim()
      ? []
      : [`/statutoryBasis/${i}`],
  );
  if (empty.length > 0) throw new Refusal('consent.statutory_basis_invalid', { about: empty });
}
