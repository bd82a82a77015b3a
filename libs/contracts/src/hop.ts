import type { Decision, Use } from './decision';
import type { Principal } from './principal';

/** Services that trust each other by a key per pair. */
export type ServiceName = 'gateway' | 'catalogue' | 'authorisation' | 'exchange' | 'audit' | 'supervision';

/**
 * Claims of the token that one service shows another: HMAC with the key of that pair, valid for ten seconds and for
 * one method and target. Carries the principal, or for a read the decision (then it is a release token).
 */
export type HopClaims = Readonly<{
  iss: ServiceName;
  aud: ServiceName;
  iat: number;
  exp: number;
  jti: string;
  method: string;
  /** Path and query, exactly as sent. */
  target: string;
  principal: Principal;
  release?: Release;
}>;

/** What a release token permits: exactly this decision on this use. */
export type Release = Readonly<{
  decisionId: string;
  decision: Extract<Decision, { effect: 'permit' }>;
  use: Use;
}>;

export const HOP_HEADER = 'x-qiongtong-hop';
