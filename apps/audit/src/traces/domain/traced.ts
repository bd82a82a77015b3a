import { count, fieldsOf, instantOf, text, texts } from './fields';

/** What an entry of the log says about who got what, to find it by. */
export type Traced = Readonly<{
  index: number;
  type: string;
  key: string;
  at: string;
  decisionId: string | null;
  deliveryId: string | null;
  resourceId: string | null;
  grantId: string | null;
  departmentId: string | null;
  systemId: string | null;
  officerId: string | null;
  officerAsserted: boolean;
  purpose: string | null;
  matterNumber: string | null;
  action: string | null;
  outcome: string;
  rows: number | null;
  /** Codes of the items that left; null where that is not said. */
  items: readonly string[] | null;
  /** The records that left, by the first eight bytes of their keyed hashes, as signed numbers in decimal. */
  hashBegins: readonly string[];
}>;

/** Facts beside the access records by which it is known what left and for whom. */
export const TRACED_FACTS = [
  'exchange.export-asked.v1',
  'exchange.export-completed.v1',
  'exchange.subscription-opened.v1',
  'exchange.feed-batch-released.v1',
] as const;
const OUTCOMES: Readonly<Record<string, string>> = {
  'exchange.export-asked.v1': 'asked',
  'exchange.export-completed.v1': 'prepared',
  'exchange.subscription-opened.v1': 'asked',
  'exchange.feed-batch-released.v1': 'sent',
};
/** Somebody asked what would be decided, or nobody knows who asked: nothing was used. */
const NO_USE: readonly string[] = [
  'access.explained.v1',
  'access.unauthenticated-counted.v1',
  'access.public-refused-counted.v1',
];

export const isTraced = (type: string): boolean =>
  (type.startsWith('access.') && !NO_USE.includes(type)) || type in OUTCOMES;

/** null for what no delivery follows from. Whatever a producer wrote, it is copied as far as it can be. */
export function tracedOf(index: number, entry: string): Traced | null {
  const { type, key, at, data } = fieldsOf(JSON.parse(entry));
  if (typeof type !== 'string' || typeof key !== 'string' || !isTraced(type)) return null;
  const fields = fieldsOf(data);
  const use = fieldsOf(fields['use']);
  const left = text(fields['delivery']) === null ? '' : (fields['delivery'] as string);
  const officerId = text(use['officerId']);
  return {
    index,
    type: text(type)!,
    key: text(key)!,
    at: instantOf(at),
    decisionId: text(fields['decisionId']),
    deliveryId: text(fields['deliveryId']) ?? deliveryOf(left),
    resourceId: text(use['resourceId']) ?? text(fields['resourceId']),
    grantId: text(fields['grantId']),
    departmentId: text(use['departmentId']) ?? text(fields['departmentId']),
    systemId: text(use['systemId']),
    officerId,
    officerAsserted: officerId !== null && use['officerAsserted'] === true,
    purpose: text(use['purpose']),
    matterNumber: text(use['matterNumber']),
    action: text(use['action']),
    outcome: OUTCOMES[type] ?? text(fields['outcome']) ?? 'unknown',
    rows: count(fields['rows']),
    items: texts(use['items']),
    hashBegins: hashesOf(left).map(beginOf),
  };
}

/** `stored:<hash key>:<rows>:<root>:<delivery>` or `stream:<hash key>:<delivery>`. */
const deliveryOf = (left: string): string | null => {
  const parts = left.split(':');
  return text(parts[0] === 'stored' ? parts[4] : parts[0] === 'stream' ? parts[2] : null);
};

/** `inline:<hash key>:<rows>:<root>:<hash>,…`. */
function hashesOf(left: string): Buffer[] {
  const parts = left.split(':');
  if (parts[0] !== 'inline' || !parts[4]) return [];
  return parts[4]
    .split(',')
    .map((hash) => Buffer.from(hash, 'base64url'))
    .filter(({ length }) => length === 16);
}

export const beginOf = (hash: Buffer): string => hash.readBigInt64BE(0).toString();
