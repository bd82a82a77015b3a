import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

export type TokenOptions = Readonly<{
  subject?: string;
  /** The registered client; equal to the subject for a system's own token. */
  clientId?: string;
  audience?: string | string[];
  issuer?: string;
  /** Seconds from `issuedAt`; negative for a token that has expired. */
  expiresIn?: number;
  /** Seconds since 1970. */
  issuedAt?: number;
  typ?: string;
  /** Claims left out, to see that they are required. */
  without?: readonly string[];
  claims?: JWTPayload;
  header?: Record<string, unknown>;
  /** `foreign`: another key under the known id; `none`: unsigned; `public`: HMAC with the public key as its secret. */
  signature?: 'own' | 'foreign' | 'none' | 'public';
}>;

/** An issuer of access tokens whose keys only the test has; mints good ones, and bad ones on request. */
export interface TestIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  /** How often the keys were fetched. */
  readonly fetches: number;
  token(options?: TokenOptions): Promise<string>;
  system(systemId: string, options?: TokenOptions): Promise<string>;
  officer(officerId: string, options?: TokenOptions): Promise<string>;
  /** From now on signs with a new key; the former stays published only when asked. */
  rotate(keepFormer?: boolean): Promise<void>;
  close(): Promise<void>;
}

type Key = { kid: string; private: CryptoKey; jwk: JWK };

async function newKey(): Promise<Key> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const kid = randomUUID();
  return {
    kid,
    private: pair.privateKey,
    jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' },
  };
}

export async function testIssuer(audience = 'qiongtong'): Promise<TestIssuer> {
  let keys = [await newKey()];
  const foreign = await newKey();
  let fetches = 0;
  const server = createServer((request, response) => {
    const isKeys = request.url?.includes('jwks') === true;
    if (isKeys) fetches += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isKeys ? { keys: keys.map((k) => k.jwk) } : { issuer, jwks_uri: `${issuer}/jwks` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const first = (): Key => keys[0] as Key;

  async function token(options: TokenOptions = {}): Promise<string> {
    const iat = options.issuedAt ?? Math.floor(Date.now() / 1000);
    const subject = options.subject ?? 'mzt-submitter';
    const payload: JWTPayload = {
      iss: options.issuer ?? issuer,
      aud: options.audience ?? audience,
      sub: subject,
      client_id: options.clientId ?? 'console',
      iat,
      exp: iat + (options.expiresIn ?? 300),
      jti: randomUUID(),
      ...options.claims,
    };
    for (const claim of options.without ?? []) delete payload[claim];
    const header = { alg: 'ES256', typ: options.typ ?? 'at+jwt', kid: first().kid, ...options.header };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    switch (options.signature ?? 'own') {
      case 'none':
        return `${part({ ...header, alg: 'none' })}.${part(payload)}.`;
      case 'public': {
        const input = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
        return `${input}.${createHmac('sha256', JSON.stringify(first().jwk)).update(input).digest('base64url')}`;
      }
      case 'foreign':
        return new SignJWT(payload).setProtectedHeader(header).sign(foreign.private);
      case 'own':
        return new SignJWT(payload).setProtectedHeader(header).sign(first().private);
    }
  }

  return {
    issuer,
    audience,
    jwksUri: `${issuer}/jwks`,
    get fetches() {
      return fetches;
    },
    token,
    system: (systemId, options) => token({ subject: systemId, clientId: systemId, ...options }),
    officer: (officerId, options) => token({ subject: officerId, clientId: 'console', ...options }),
    async rotate(keepFormer = false) {
      keys = [await newKey(), ...(keepFormer ? keys : [])];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
