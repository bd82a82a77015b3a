/** What uses are counted by; `effect` is what was decided, or `aborted` for a release that did not come to its end. */
export const DIMENSIONS = ['department', 'resource', 'effect', 'article', 'purpose'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type UseCount = Readonly<Record<Dimension, string> & { day: string; uses: number; rows: number }>;
type Entry = Readonly<{ entry: string; type: string; at: string; sealedAt: Date }>;

/** Each use ends with one of these; how it began and what was only asked about is not counted. */
const ENDS: Readonly<Record<string, string | null>> = {
  'access.released.v1': null,
  'access.refused.v1': null,
  'access.aborted.v1': 'aborted',
};
const CHINA_MS = 8 * 3_600_000;
const MOST_CHARACTERS = 200;

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const text = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MOST_CHARACTERS).replaceAll('\0', '\ufffd') : '';

/** Day in China's time, `YYYY-MM-DD`; of what says no time that it was sealed. */
function dayOf({ at, sealedAt }: Entry): string {
  const ms = Date.parse(at);
  const said = ms >= 0 && ms < Date.UTC(9999, 0) ? ms : sealedAt.getTime();
  return new Date(said + CHINA_MS).toISOString().slice(0, 10);
}

/** Of a refusal on several grounds all its articles, so that each use is counted once: `12`, or `12,13`. */
function articlesOf(reasons: unknown): string {
  const articles = (Array.isArray(reasons) ? reasons : []).map((reason) => fieldsOf(reason)['article']);
  const numbers = articles.filter((article): article is number => Number.isSafeInteger(article));
  return [...new Set(numbers)].sort((a, b) => a - b).join(',').slice(0, MOST_CHARACTERS); // prettier-ignore
}

/** The uses that these entries end, summed. Whatever a producer wrote, it has an answer. */
export function countsOf(entries: readonly Entry[]): UseCount[] {
  const counts = new Map<string, UseCount>();
  for (const entry of entries) {
    if (!(entry.type in ENDS)) continue;
    const data = fieldsOf((JSON.parse(entry.entry) as Fields)['data']);
    const use = fieldsOf(data['use']);
    const group = {
      day: dayOf(entry),
      department: text(use['departmentId']),
      resource: text(use['resourceId']),
      effect: ENDS[entry.type] ?? text(data['effect']),
      article: articlesOf(data['reasons']),
      purpose: text(use['purpose']),
    };
    const key = JSON.stringify(group);
    const before = counts.get(key) ?? { ...group, uses: 0, rows: 0 };
    const rows = Number.isSafeInteger(data['rows']) && (data['rows'] as number) > 0 ? (data['rows'] as number) : 0;
    counts.set(key, { ...before, uses: before.uses + 1, rows: before.rows + rows });
  }
  return [...counts.values()];
}
