/** What an index takes. */
const MOST_CHARACTERS = 500;

export type Fields = Readonly<Record<string, unknown>>;
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const text = (value: unknown): string | null =>
  typeof value === 'string' ? value.slice(0, MOST_CHARACTERS).replaceAll('\0', '\ufffd') : null;
export const count = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);
export const texts = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.flatMap((one) => text(one) ?? []) : null;

/** What is no time, or none that a database has, is the beginning of time: no message may stop the copying. */
export function instantOf(at: unknown): string {
  const ms = typeof at === 'string' ? Date.parse(at) : NaN;
  return new Date(ms >= 0 && ms < Date.UTC(9999, 0) ? ms : 0).toISOString();
}
