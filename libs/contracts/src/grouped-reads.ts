import type { HopClaims, Release } from './hop';

/**
 * Reads of records by their key that the gateway decided on in one turn of its loop: they go to exchange in one call and
 * are answered in one, each as if it had come alone (`docs/decisions/0200-keyed-reads-travel-together.md`).
 */
export const GROUP_TARGET = '/v1/reads';
/** A JSON array of `GroupedRead`. */
export const GROUP_TYPE = 'application/vnd.qiongtong.reads+json';
export const MOST_IN_A_GROUP = 64;
export const MOST_GROUP_BYTES = 512 * 1024;
/** A body beyond this is not carried in a group's answer: its read goes again, alone. */
export const MOST_GROUPED_ANSWER_BYTES = 64 * 1024;

export type GroupedRead = Readonly<{
  /** Path and query, exactly as the caller sent them. */
  target: string;
  /** The caller's `Accept-Language`. */
  language: string | null;
  release: Release;
}>;

/** Claims of the token of a group: it opens one call with this body, whose reads carry their decisions. */
export type GroupClaims = Omit<HopClaims, 'principal' | 'release'> &
  Readonly<{ /** SHA-256 of the body, hex. */ body: string }>;

/** One answer of a group; null: this read has to come alone. */
export type GroupedAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}> | null;
type Head = Readonly<{ status: number; headers: Readonly<Record<string, string>>; bytes: number }> | null;
export type ReceivedAnswer = Readonly<{ status: number; headers: Record<string, string>; body: Buffer }> | null;

/**
 * A line of JSON that says what follows, then the bodies one after the other: nothing in them is escaped or searched. An
 * answer that is too large for a group is left out, as one that has to come alone.
 */
export function framed(answers: readonly GroupedAnswer[]): string {
  const heads: Head[] = [];
  let bodies = '';
  for (const answer of answers) {
    const bytes = answer ? Buffer.byteLength(answer.body) : 0;
    const carried = bytes <= MOST_GROUPED_ANSWER_BYTES ? answer : null;
    heads.push(carried && { status: carried.status, headers: carried.headers, bytes });
    bodies += carried?.body ?? '';
  }
  return `${JSON.stringify(heads)}\n${bodies}`;
}

/** Throws on what is not the whole answer to a group of so many. */
export function unframed(bytes: Buffer, count: number): ReceivedAnswer[] {
  const endOfHeads = bytes.indexOf('\n');
  const heads = JSON.parse(bytes.toString('utf8', 0, endOfHeads)) as Head[];
  if (heads.length !== count) throw new Error(`${heads.length} answers to ${count} reads`);
  let at = endOfHeads + 1;
  const answers = heads.map(
    (head) => head && { status: head.status, headers: head.headers, body: bytes.subarray(at, (at += head.bytes)) },
  );
  if (at !== bytes.length) throw new Error('an answer to grouped reads that is not whole');
  return answers;
}
