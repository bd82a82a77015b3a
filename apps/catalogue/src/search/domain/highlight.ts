import { eachRun, foldedWithPlaces, LATIN, type Term } from './folding';

/** Where a text has what was looked for: from and to, in UTF-16 code units of the text as it is. No marks are put in it. */
export type Places = readonly (readonly [from: number, to: number])[];
export type Highlights = Readonly<{
  name: Places;
  nameEn: Places;
  abstract: Places;
  /** Only items that have something, at most ten. */
  items: readonly Readonly<{ code: string; name: string; places: Places }>[];
}>;

const MOST_ITEMS = 10;
const MOST_PLACES = 50;

type Shown = Readonly<{
  name: string;
  nameEn: string | null;
  abstract: string | null;
  items: readonly Readonly<{ code: string; name: string }>[];
}>;

/** @param initialsOf one Latin letter for each character of the text */
export function highlightsOf(shown: Shown, terms: readonly Term[], initialsOf: (text: string) => string): Highlights {
  const items = shown.items.flatMap(({ code, name }) => {
    const places = placesIn(name, terms);
    return places.length > 0 || placesIn(code, terms).length > 0 ? [{ code, name, places }] : [];
  });
  const name = placesIn(shown.name, terms.flatMap(withOthers));
  return {
    name: name.length > 0 ? name : initialsIn(shown.name, terms, initialsOf),
    nameEn: placesIn(shown.nameEn ?? '', terms),
    abstract: placesIn(shown.abstract ?? '', terms),
    items: items.slice(0, MOST_ITEMS),
  };
}

/** Only names are found by what else a word may mean. */
const withOthers = (term: Term): Term[] => [term, ...(term.others ?? []).map((text) => ({ ...term, text }))];

function placesIn(text: string, terms: readonly Term[]): Places {
  if (text === '') return [];
  const { text: searched, placeOf } = foldedWithPlaces(text);
  const found: [number, number][] = [];
  const add = (from: number, to: number) => found.push([placeOf(from), placeOf(to)]);
  for (const term of terms)
    if (term.kind === 'chinese') eachOccurrence(searched, term.text, add);
    else
      eachRun(searched, (script, from) => {
        if (script === LATIN && searched.startsWith(term.text, from)) add(from, from + term.text.length);
      });
  return joined(found);
}

function initialsIn(name: string, terms: readonly Term[], initialsOf: (text: string) => string): Places {
  const asked = terms.filter(({ kind, text }) => kind === 'latin' && text.length > 1);
  if (asked.length === 0) return [];
  const characters = [...name];
  const starts = [0];
  for (const character of characters) starts.push(starts.at(-1)! + character.length);
  const initials = initialsOf(name);
  const found: [number, number][] = [];
  for (const { text } of asked)
    eachOccurrence(initials, text, (from, to) => found.push([starts[from] ?? 0, starts[to] ?? name.length]));
  return joined(found);
}

function eachOccurrence(text: string, word: string, visit: (from: number, to: number) => void): void {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) visit(at, at + word.length);
}

/** In order, those that touch as one. */
function joined(found: [number, number][]): Places {
  const out: [number, number][] = [];
  for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out.slice(0, MOST_PLACES);
}
