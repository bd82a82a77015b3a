import { ACCESS_TYPES } from '@qiongtong/contracts';

/** An entry of the log as far as it tells whether a use has ended. */
export type Step = Readonly<{
  index: number;
  topic: string;
  type: string;
  key: string;
  producer: string;
  run: string | null;
  sealedAt: Date;
}>;
/** A use whose release began. */
export type Begun = Readonly<{ decisionId: string; producer: string; run: string; index: number; sealedAt: Date }>;
export type Ended = Readonly<{ decisionId: string; index: number }>;

const ACCESS_TOPIC = 'facts.access';
const ENDS: readonly string[] = [ACCESS_TYPES.released, ACCESS_TYPES.aborted];

/** Uses that began in these entries and did not end in them, and those that ended and had perhaps begun earlier. */
export function outcomesIn(entries: readonly Step[]): Readonly<{ begun: readonly Begun[]; ended: readonly Ended[] }> {
  const begun = new Map<string, Begun>();
  const ended = new Map<string, Ended>();
  for (const { index, topic, type, key: decisionId, producer, run, sealedAt } of entries) {
    if (topic !== ACCESS_TOPIC) continue;
    if (type === ACCESS_TYPES['release-started'])
      begun.set(decisionId, { decisionId, producer, run: run ?? '', index, sealedAt });
    else if (ENDS.includes(type) && !begun.delete(decisionId)) ended.set(decisionId, { decisionId, index });
  }
  return { begun: [...begun.values()], ended: [...ended.values()] };
}
