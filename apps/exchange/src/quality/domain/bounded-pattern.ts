/** Longest value a pattern may describe, in characters. */
const LONGEST = 200;
const CLASS = String.raw`\[(?:[A-Za-z0-9\u4E00-\u9FFF](?:-[A-Za-z0-9\u4E00-\u9FFF])?)+\]`;
const PART = new RegExp(
  String.raw`(${CLASS}|\\d|\\[.\-]|[A-Za-z0-9\u4E00-\u9FFF_/:~@-])(?:\{(\d{1,3})(?:,(\d{1,3}))?\})?`,
  'uy',
);

/**
 * Whether a pattern is of the kind that is matched in bounded time, whatever the value: parts in a row, each a
 * character, `\d`, `\.`, or a class of letters, digits and ranges, each at most with `{n}` or `{n,m}`. No group, no
 * alternative and nothing repeated without bound, and at most 200 characters long as a whole.
 */
export function isBoundedPattern(pattern: string): boolean {
  if (pattern.length === 0 || pattern.length > LONGEST) return false;
  let longest = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < pattern.length) {
    const part = PART.exec(pattern);
    if (!part) return false;
    const least = Number(part[2] ?? 1);
    const most = Number(part[3] ?? least);
    if (most < least || !rangesRise(part[1]!)) return false;
    longest += most;
  }
  return longest <= LONGEST;
}

/** `[z-a]` is a mistake that the database would answer with an error. */
const rangesRise = (part: string): boolean =>
  !part.startsWith('[') || [...part.matchAll(/(.)-(.)/gu)].every(([, from, to]) => from! <= to!);
