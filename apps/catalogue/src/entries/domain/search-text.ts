import type { Entry } from './entry';

/** Text that search looks through. Never the items: an entry may withhold them. */
export const searchTextOf = ({ resourceCode, content }: Pick<Entry, 'resourceCode' | 'content'>): string =>
  folded([content.name, content.nameEn, resourceCode, content.abstract].filter((t) => t !== null).join('\n'));

/** Full-width and half-width, capitals and small letters are one. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Words of a query: each must be found. */
export const wordsOf = (query: string): string[] => [...new Set(folded(query).split(/\s+/).filter(Boolean))];

/**
 * Single characters and pairs, the unit by which Chinese is found: words are not divided by spaces, and an index of
 * trigrams does not help with a word of two characters.
 */
export function gramsOf(text: string): string[] {
  const grams = new Set<string>();
  for (const run of text.match(RUNS) ?? []) {
    const characters = [...run];
    characters.forEach((character, i) => {
      grams.add(character);
      if (i > 0) grams.add(characters[i - 1]! + character);
    });
  }
  return [...grams];
}
const RUNS = /[\p{L}\p{N}]+/gu;

/** What an entry must have among its grams to be able to contain the word. */
export const neededGrams = (word: string): string[] => {
  const grams = gramsOf(word);
  const pairs = grams.filter((gram) => [...gram].length === 2);
  return pairs.length > 0 ? pairs : grams;
};
