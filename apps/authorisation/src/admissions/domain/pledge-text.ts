import { createHash } from 'node:crypto';
import { officerWith, Refusal, type PledgeTextPublished, type Principal } from '@qiongtong/contracts';

/** The two parts of a pledge: the rules of sharing, and confidentiality. [R11.2] */
export type Parts = Readonly<{ sharingRules: string; confidentiality: string }>;
export type PledgeText = Readonly<{
  version: string;
  text: Readonly<{ zh: Parts; en: Parts }>;
  /** SHA-256, hex, over both languages; kept with every pledge made on this text. */
  digest: string;
  effectiveFrom: string;
  /** Days from then on in which a pledge on a former text still admits. */
  graceDays: number;
  publishedBy: string;
  publishedAt: string;
}>;
export type NewPledgeText = Pick<PledgeText, 'version' | 'text' | 'effectiveFrom' | 'graceDays'>;

const DAY_MS = 86_400_000;

/** @param latest the text that takes effect last of all that are published */
export function publish(given: NewPledgeText, latest: PledgeText, by: Principal, now: Date) {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  const at = now.toISOString();
  // In force one after the other: which one is current is never a question of who published when.
  if (given.effectiveFrom < at || given.effectiveFrom <= latest.effectiveFrom)
    throw new Refusal('pledge.effect_invalid', { about: [latest.effectiveFrom] });
  const state: PledgeText = { ...given, digest: digestOf(given.text), publishedBy: officer, publishedAt: at };
  const { version, digest, effectiveFrom, graceDays } = state;
  const event: PledgeTextPublished = {
    type: 'authorisation.pledge-text-published.v1',
    key: version,
    at,
    data: { version, digest, effectiveFrom, graceDays, authorityId: by.departmentId, revision: 1, by: officer },
  };
  return { state, event };
}

/** When pledges on former texts admit no more. */
export const graceEnd = ({ effectiveFrom, graceDays }: Pick<PledgeText, 'effectiveFrom' | 'graceDays'>): string =>
  new Date(Date.parse(effectiveFrom) + graceDays * DAY_MS).toISOString();

/** What is signed is what was shown: every character of it. */
export const digestOf = ({ zh, en }: PledgeText['text']): string =>
  createHash('sha256')
    .update([zh.sharingRules, zh.confidentiality, en.sharingRules, en.confidentiality].join('\n\n'))
    .digest('hex');
