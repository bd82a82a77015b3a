import { fieldsOf } from './fields';

const INLINE = /^inline:[^:]*:\d*:[^:]*:(.+)$/;

/**
 * Where the rows of a sample stand among the hashes that an entry has itself.
 *
 * @param rows of each row the hashes, base64url, of the records that it may be
 * @returns null when one of them is not among them
 */
export function inlinePlaces(entry: string, rows: readonly (readonly string[])[]): number[] | null {
  const { delivery } = fieldsOf(fieldsOf(JSON.parse(entry))['data']);
  const listed = typeof delivery === 'string' ? INLINE.exec(delivery)?.[1] : undefined;
  if (listed === undefined) return null;
  const at = new Map(listed.split(',').map((hash, place) => [hash, place]));
  const places = rows.map((hashes) => hashes.map((hash) => at.get(hash)).find((place) => place !== undefined));
  return places.every((place) => place !== undefined) ? places : null;
}
