import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { importJWK, SignJWT, type JWK } from 'jose';

const REDIRECT = 'http://127.0.0.1/callback';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An access token for a system, by client credentials with `private_key_jwt`. */
export async function systemToken(issuer: string, systemId: string, privateJwk: JWK): Promise<string> {
  const assertion = await new SignJWT({ iss: systemId, sub: systemId, aud: issuer, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: privateJwk.kid })
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(privateJwk, 'ES256'));
  return accessToken(issuer, {
    grant_type: 'client_credentials',
    client_id: systemId,
    client_assertion_type: ASSERTION,
    client_assertion: assertion,
  });
}

/**
 * An access token for an officer, by the authorization code flow with PKCE as a browser would go through it:
 *  1. GET `/auth?client_id=console&response_type=code&…&code_challenge=…` leads to `/interaction/<uid>`,
 *  2. POST `officer=<id>` there leads back to `/auth/<uid>`,
 *  3. GET that leads to the redirect address with the code,
 *  4. POST `/token` with the code and the verifier.
 * Cookies are carried along from the first step to the third.
 */
export async function officerToken(
  issuer: string,
  officerId: string,
  clientId = 'console',
  redirectUri = REDIRECT,
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const browser = new Browser(issuer);
  const asked = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: randomUUID(),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await browser.follow(`/auth?${asked.toString()}`);
  const back = await browser.follow(page, new URLSearchParams({ officer: officerId }));
  const arrived = new URL(await browser.follow(back));
  const code = arrived.searchParams.get('code');
  if (arrived.searchParams.get('state') !== asked.get('state') || code === null)
    throw new Error(`${officerId} could not sign in: ${arrived.searchParams.get('error_description') ?? 'no code'}`);
  return accessToken(issuer, {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });
}

async function accessToken(issuer: string, form: Record<string, string>): Promise<string> {
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const body = (await answer.json()) as { access_token?: string; error?: string; error_description?: string };
  if (body.access_token === undefined)
    throw new Error(
      `no token for ${form['client_id']}: ${body.error ?? answer.status} ${body.error_description ?? ''}`,
    );
  return body.access_token;
}

/** As much of a browser as signing in needs. */
class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly origin: string) {}

  /** Goes there, with a form or without, and answers where it is sent on to. */
  async follow(address: string, form?: URLSearchParams): Promise<string> {
    const answer = await fetch(new URL(address, this.origin), {
      method: form ? 'POST' : 'GET',
      body: form,
      redirect: 'manual',
      headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    const text = await answer.text();
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${answer.status} instead of a redirect: ${text.slice(0, 300)}`);
    return location;
  }
}
