/** What an entry is found by, each as `<kind>:<value>`. */
export const TERM_KINDS = [
  'about',
  'actor',
  'article',
  'effect',
  'matter',
  'organisation',
  'purpose',
  'reason',
  'type',
] as const;
export type TermKind = (typeof TERM_KINDS)[number];

/** What the log keeps beside the canonical text. */
export type Found = Readonly<{
  entry: string;
  type: string;
  key: string;
  actor: string | null;
  concerns: readonly string[];
}>;

/** An index takes no more of a value; what is longer is found by its beginning and compared by it. */
const MAX_VALUE = 300;
/** Of one entry; a fact that names more is found by the first of them and by its key. */
const MAX_TERMS = 200;
const MAX_DEPTH = 6;
/** What somebody asked for is no act for that purpose, and no evidence about that thing. */
const ASKED = 'asked';
const NAMES_A_THING = /(^i|I)ds?$/;
const KINDS_BY_FIELD: Readonly<Record<string, TermKind>> = {
  purpose: 'purpose',
  purposes: 'purpose',
  matterNumber: 'matter',
  effect: 'effect',
};

export const termOf = (kind: TermKind, value: string): string =>
  `${kind}:${value.slice(0, MAX_VALUE).replaceAll('\0', '\ufffd')}`;

/** The terms of one entry. Whatever a producer sent, this has an answer: the log must be searchable beyond it. */
export function termsOf({ entry, type, key, actor, concerns }: Found): string[] {
  const terms = new Set([termOf('type', type)]);
  if (key !== '') terms.add(termOf('about', key));
  if (actor !== null) terms.add(termOf('actor', actor));
  for (const organisation of concerns) terms.add(termOf('organisation', organisation));
  visit((JSON.parse(entry) as { data: unknown }).data, '', 0, terms);
  return [...terms].slice(0, MAX_TERMS);
}

function visit(value: unknown, field: string, depth: number, terms: Set<string>): void {
  if (terms.size >= MAX_TERMS || depth > MAX_DEPTH || field === ASKED) return;
  if (Array.isArray(value)) for (const inner of value as unknown[]) visit(inner, field, depth + 1, terms);
  else if (typeof value === 'string') {
    const kind = NAMES_A_THING.test(field) ? 'about' : KINDS_BY_FIELD[field];
    if (kind && value !== '') terms.add(termOf(kind, value));
  } else if (typeof value === 'object' && value !== null) {
    if (field === 'reasons') reason(value as Readonly<Record<string, unknown>>, terms);
    for (const [name, inner] of Object.entries(value)) visit(inner, name, depth + 1, terms);
  }
}

function reason({ code, article }: Readonly<Record<string, unknown>>, terms: Set<string>): void {
  if (typeof code === 'string') terms.add(termOf('reason', code));
  if (typeof article === 'number') terms.add(termOf('article', String(article)));
}
