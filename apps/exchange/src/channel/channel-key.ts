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
 * Signs what the exchange tells providers: a token for one call (RFC 7519, EdDSA), bound to the provider, the resource
 * and the body. Only the embedded mode makes a key of its own, which ends with the process.
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
    this.key =
      config.CHANNEL_KEY_FILE === undefined
        ? generateKeyPairSync('ed25519').privateKey
        : createPrivateKey(readFileSync(config.CHANNEL_KEY_FILE));
    if (this.key.asymmetricKeyType !== 'ed25519') throw new Error('CHANNEL_KEY_FILE is no Ed25519 key');
    const { crv, kty, x } = createPublicKey(this.key).export({ format: 'jwk' }) as Record<string, string>;
    // RFC 7638
    this.kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
    this.published = { keys: [{ kty: kty!, crv: crv!, x: x!, kid: this.kid, alg: 'EdDSA', use: 'sig' }] };
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
