import { Refusal } from '@qiongtong/contracts';
import type { PledgeText } from './pledge-text';

/** The written promise of the department, on one version of the text. [R11.2] */
export type Pledge = Readonly<{
  textVersion: string;
  /** Of the text, taken from it here: what was signed is what was shown. */
  digest: string;
  /** The officer who signs, and in whose name: the head or whom the head authorised. */
  signedBy: string;
  signerName: string;
  signerPost: string;
  signedAt: string;
  /** The place of the electronic signature over the digest; null until certificates sign. [R14.8] */
  signature: null;
}>;
export type Signature = Pick<Pledge, 'textVersion' | 'signerName' | 'signerPost'>;

/** A pledge that admits, or admitted, its department. */
export type KeptPledge = Pledge &
  Readonly<{
    id: string;
    organisationId: string;
    /** The application with which it was made; null for one made anew. */
    applicationId: string | null;
  }>;

/** @param current the text in force */
export function sign(
  { textVersion, signerName, signerPost }: Signature,
  current: PledgeText,
  officer: string,
  now: Date,
) {
  if (textVersion !== current.version) throw new Refusal('admission.pledge_outdated', { about: [current.version] });
  const pledge: Pledge = {
    textVersion,
    digest: current.digest,
    signedBy: officer,
    signerName,
    signerPost,
    signedAt: now.toISOString(),
    signature: null,
  };
  return pledge;
}
