/** Of texts that are one when they are folded, only these pass as they are; they are nearly all of what is written here. */
const PLAIN = /^[\u0000-\u007f\u3001\u3002\u4e00-\u9fff]*$/;

/** Full-width and half-width, capitals and small letters are one. A character at a time, so that places can be told. */
export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  let out = '';
  for (const character of text) out += character.normalize('NFKC').toLowerCase();
  return out;
}

/** The folded text, and where in the text each of its code units comes from: nearly always from its own place. */
export function foldedWithPlaces(text: string): Readonly<{ text: string; placeOf: (at: number) => number }> {
  if (PLAIN.test(text)) return { text: text.toLowerCase(), placeOf: (at) => at };
  let out = '';
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    const one = character.normalize('NFKC').toLowerCase();
    for (let i = 0; i < one.length; i++) places.push(at);
    out += one;
    at += character.length;
  }
  places.push(at);
  return { text: out, placeOf: (place) => places[place]! };
}

/** What a code unit is to search: nothing, a letter or digit of ASCII, or one of any other script. */
export const NOTHING = 0;
export const LATIN = 1;
export const OTHER = 2;
export type Script = typeof LATIN | typeof OTHER;

const SCRIPTS = new Uint8Array(0x10000);
for (let unit = 0; unit < SCRIPTS.length; unit++) {
  // Halves of rare ideographs are looked for as they are.
  const half = unit >= 0xd800 && unit <= 0xdfff;
  if (half || /[\p{L}\p{N}]/u.test(String.fromCharCode(unit))) SCRIPTS[unit] = unit < 0x80 ? LATIN : OTHER;
}
export const scriptOf = (unit: number): number => SCRIPTS[unit]!;

/** Calls back for every longest run of one script in a folded text. */
export function eachRun(text: string, visit: (script: Script, from: number, to: number) => void): void {
  for (let from = 0; from < text.length;) {
    const script = SCRIPTS[text.charCodeAt(from)]!;
    let to = from + 1;
    while (to < text.length && SCRIPTS[text.charCodeAt(to)] === script) to++;
    if (script !== NOTHING) visit(script as Script, from, to);
    from = to;
  }
}

/** One thing that must be found: Chinese anywhere, a Latin word by its beginning, a resource code by its beginning. */
export type Term = Readonly<{
  kind: 'chinese' | 'latin' | 'code';
  text: string;
  /** What a name may say instead. */
  others?: readonly string[];
}>;

/** `203000`, `203000/0000`, `203000-000001` */
const CODE = /^\d{2,12}([/-]\d{0,12})?$/;
export const MOST_TERMS = 12;

/** What a query asks for, each once; an entry is found when all of it is. */
export function termsOf(query: string): Term[] {
  const terms = new Map<string, Term>();
  const add = (term: Term) => terms.set(`${term.kind} ${term.text}`, term);
  for (const word of folded(query).split(/\s+/))
    if (CODE.test(word)) add({ kind: 'code', text: word.replace('/', '-') });
    else
      eachRun(word, (script, from, to) =>
        add({ kind: script === LATIN ? 'latin' : 'chinese', text: word.slice(from, to) }),
      );
  return [...terms.values()].slice(0, MOST_TERMS);
}

/** What is equal to a whole name, code or English name. */
export const wholeOf = (text: string): string => folded(text).trim().replace(/\s+/g, ' ');
