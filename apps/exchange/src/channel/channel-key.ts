import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { Release } from '@qiongtong/contracts';
import { Clock, newId } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';

export type KeySet = Readonly<{ keys: readonly Readonly<Record<string, string>>[] }>;

/** Issuer of the tokens that providers are called with. */
export const CHANNEL_ISSUER = 'qiongtong-exchange';
const TOKEN_SECONDS = 60;

/**
 * Signs what the exchange tells others: to providers a token for one call (RFC 7519, EdDSA), bound to the provider, the
 * resource and the body; to receivers of feeds the batches. The first key of the file signs and all are published, so that a new one is known before it is used.
 * Only the embedded mode makes a key of its own, which ends with the process.
 */
@Injectable()
export class ChannelKey {
  private readonly key: KeyObject;
  private readonly kid: string;
  readonly published: KeySet;

  constructor(
    config: ExchangeConfig,
    private readonly clock: Clock,
  ) {
    const keys =
      config.CHANNEL_KEY_FILE === undefined
        ? [generateKeyPairSync('ed25519').privateKey]
        : keysOf(readFileSync(config.CHANNEL_KEY_FILE, 'utf8'));
    const published = keys.map(publicOf);
    this.key = keys[0]!;
    this.kid = published[0]!.kid;
    this.published = { keys: published };
  }

  /** Ed25519 (RFC 8032) over a text, base64, and the id of the key it is by. */
  signature(text: string): { keyId: string; signature: string } {
    return { keyId: this.kid, signature: sign(null, Buffer.from(text), this.key).toString('base64') };
  }

  token(providerId: string, { use, decision, decisionId }: Release, body: string): string {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    const claims = {
      iss: CHANNEL_ISSUER,
      aud: providerId,
      sub: use.resourceId,
      iat,
      exp: iat + TOKEN_SECONDS,
      jti: newId(),
      /** SHA-256 of the body, base64url. */
      bodyDigest: createHash('sha256').update(body).digest('base64url'),
      decisionId,
      grantId: decision.grantId,
      departmentId: use.departmentId,
      action: use.action,
      purpose: use.purpose,
      matterNumber: use.matterNumber,
    };
    const signed = `${encoded({ alg: 'EdDSA', typ: 'JWT', kid: this.kid })}.${encoded(claims)}`;
    return `${signed}.${sign(null, Buffer.from(signed), this.key).toString('base64url')}`;
  }
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const BLOCK = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

function keysOf(pem: string): KeyObject[] {
  const keys = (pem.match(BLOCK) ?? []).map((block) => createPrivateKey(block));
  if (keys.length === 0 || keys.some((key) => key.asymmetricKeyType !== 'ed25519'))
    throw new Error('CHANNEL_KEY_FILE holds no Ed25519 keys in PEM');
  return keys;
}

function publicOf(key: KeyObject) {
  const { crv = '', kty = '', x = '' } = createPublicKey(key).export({ format: 'jwk' }) as Record<string, string>;
  // RFC 7638
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' };
}
