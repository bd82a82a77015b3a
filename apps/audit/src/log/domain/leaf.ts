import { isSlug } from '@qiongtong/contracts';
import canonicalize from 'canonicalize';
import { sha256 } from './hashing';

/** A message of a facts topic as it stood on the broker. */
export type Arrived = Readonly<{
  topic: string;
  partition: number;
  offset: string;
  key: string;
  headers: Readonly<Record<string, string>>;
  /** The bytes of the value; null for a message without one. */
  value: Buffer | null;
}>;

/** A producer numbers what it writes to a partition from 1 within an epoch (a service's relay) or a boot (a gateway). */
export type ProducerNumber = Readonly<{ epoch: string; n: number }> | Readonly<{ boot: string; n: number }>;

/** What the log keeps of a fact beside its canonical text, to find it by. */
export type Leaf = Readonly<{
  topic: string;
  partition: number;
  offset: string;
  producer: string;
  number: ProducerNumber | null;
  /** Of type, key and value: same number, same digest means the same message again. */
  digest: Buffer;
  type: string;
  key: string;
  at: string;
  actor: string | null;
  /** Organisations the fact is about; a department may read entries that concern it. */
  concerns: readonly string[];
  /** Everything of the entry but its index. */
  content: Readonly<Record<string, unknown>>;
  /** The message's key and value as they came. */
  message: Pick<Arrived, 'key' | 'value'>;
}>;
/** A leaf in its place. */
export type Entry = Readonly<{
  /** Canonical text (RFC 8785), whose UTF-8 bytes are hashed. */
  text: string;
  /** Its key and value are in no entry, only their digest; they are kept beside the log. */
  large: boolean;
}>;

/** Version of the leaf format. It is append-only: a new version is a new number, old leaves keep theirs. */
export const LEAF_VERSION = 1;
/** What is searched by is cut to what an index takes and a text column holds; the entry itself keeps all of it. */
const short = (text: string): string => text.slice(0, 500).replaceAll('\0', '\ufffd');
/** Entries stand in bundles with a length of two bytes before each (C2SP tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535;
/** What a producer may have nested; deeper values are kept as bytes, so that no message can stop the log. */
const MAX_DEPTH = 64;

export function leafOf(message: Arrived): Leaf {
  const { topic, partition, offset, key, headers, value } = message;
  const parsed = parse(value);
  const type = headers['ce_type'] ?? 'unknown';
  const producer = headers['ce_source'] ?? 'unknown';
  const number = numberOf(headers);
  const at = headers['ce_time'] ?? '';
  return {
    topic,
    partition,
    offset,
    producer: short(producer),
    number,
    digest: sha256(Buffer.from(`${type}\n${key}\n`), value ?? Buffer.alloc(0)),
    type: short(type),
    key: short(key),
    at: short(at),
    actor: actorOf(parsed.data),
    concerns: concernsOf(parsed.data),
    content: { v: LEAF_VERSION, topic, partition, offset, producer, number, type, key, at, ...parsed },
    message: { key, value },
  };
}

/** The leaf as it stands in the log at this index. */
export function entryOf(leaf: Leaf, index: number): Entry {
  const whole = canonical({ ...leaf.content, index });
  // A character takes at most three bytes of UTF-8 per unit of a string.
  if (whole.length * 3 <= MAX_ENTRY_BYTES || Buffer.byteLength(whole) <= MAX_ENTRY_BYTES)
    return { text: whole, large: false };
  const { topic, partition, offset, producer, number, type, key, at, digest, message } = leaf;
  const omitted = { bytes: message.value?.length ?? 0, sha256: digest.toString('hex') };
  const short = {
    v: LEAF_VERSION,
    topic,
    partition,
    offset,
    producer,
    number,
    type,
    key,
    at,
    data: null,
    omitted,
    index,
  };
  return { text: canonical(short), large: true };
}

function canonical(content: Readonly<Record<string, unknown>>): string {
  const text = canonicalize(content);
  if (text === undefined) throw new Error(`entry ${String(content['index'])} has no canonical form`);
  return text;
}

/** JSON as `data`; anything else as `bytes` in base64, because what was said must be in the log even when it is wrong. */
function parse(value: Buffer | null): { data: unknown } | { data: null; bytes: string } {
  if (value === null) return { data: null };
  try {
    // A decoder that replaces wrong bytes would seal something that was never said.
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
    if (depthWithin(data, MAX_DEPTH)) return { data };
  } catch {
    // no JSON: kept as bytes below
  }
  return { data: null, bytes: value.toString('base64') };
}

const depthWithin = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => depthWithin(inner, depth - 1)));

function numberOf(headers: Arrived['headers']): ProducerNumber | null {
  const { qt_n = '', qt_epoch, qt_boot } = headers;
  const n = Number(qt_n);
  if (!Number.isSafeInteger(n) || n < 1) return null;
  if (qt_epoch !== undefined) return { epoch: short(qt_epoch), n };
  return qt_boot === undefined ? null : { boot: short(qt_boot), n };
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textIn = (fields: Fields, names: readonly string[]): string | null =>
  names.map((name) => fields[name]).find((value) => typeof value === 'string') ?? null;

const ACTORS = ['actor', 'by', 'officerId', 'systemId'];
function actorOf(data: unknown): string | null {
  const fields = fieldsOf(data);
  const use = fieldsOf(fields['use']);
  // Whom a system names has not done it: any name can be given. [R13.4]
  const actor = textIn(fields, ACTORS) ?? textIn(use, use['officerAsserted'] === true ? ['systemId'] : ACTORS);
  return actor && short(actor);
}

/** Of one object or list; a fact that speaks of more organisations than that concerns nobody in particular. */
const MAX_FIELDS = 200;
/**
 * Names under which facts speak of an organisation that they concern. `otherPartyId` is left out: whoever less is to be
 * given learns of it when the authority has answered, by a fact of its own. [R12.5, R10.4]
 */
const ORGANISATIONS = new Set([
  'applicantId',
  'authorityId',
  'delegateId',
  'departmentId',
  'escalatedTo',
  'formerAuthorityId',
  'formerProviderId',
  'fromId',
  'holderId',
  'organisationId',
  'ownerId',
  'providerId',
  'publisherId',
  'recipientId',
  'recipientOwnerId',
  'requesterId',
  'toId',
]);
function concernsOf(data: unknown): string[] {
  const found = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth === 0) return;
    for (const [name, inner] of Object.entries(value).slice(0, MAX_FIELDS))
      if (typeof inner !== 'string') visit(inner, depth - 1);
      else if (ORGANISATIONS.has(name) && isSlug(inner)) found.add(inner);
  };
  visit(data, 5);
  return [...found].sort();
}
