import { Refusal } from '@qiongtong/contracts';

/**
 * The SHA-256 that `Content-Digest` announces (RFC 9530), null when it was not sent. Other algorithms beside it are
 * ignored as the RFC says; without `sha-256` there is nothing to check by, and that is refused rather than let pass.
 */
export function announcedDigest(header: string | undefined): Buffer | null {
  if (header === undefined) return null;
  for (const member of header.split(',')) {
    const match = /^\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*$/.exec(member);
    if (match) return Buffer.from(match[1]!, 'base64');
  }
  throw new Refusal('exchange.digest_malformed');
}
