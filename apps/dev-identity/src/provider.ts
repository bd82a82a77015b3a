import Provider, { type Client, type Context } from 'oidc-provider';
import { adapters } from './adapter';
import type { IdentityConfig } from './config';
import type { Identities } from './identities';
import type { SigningKeys } from './signing-keys';

const PLATFORM = 'urn:qiongtong:platform';
const HOUR = 3600;

/**
 * An OpenID provider whose access tokens are RFC 9068 JWTs for the platform: people by authorization code with PKCE,
 * systems by client credentials with `private_key_jwt`.
 */
export function openidProvider(
  config: IdentityConfig,
  identities: Identities,
  { keys, cookieKeys }: SigningKeys,
): Provider {
  const lifeOf = (_context: Context, _token: unknown, client: Client): number =>
    identities.system(client.clientId)?.tokenTtlSeconds ?? config.tokenTtlSeconds;
  return new Provider(config.issuer, {
    adapter: adapters(identities),
    jwks: { keys },
    cookies: { keys: cookieKeys },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['none', 'private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => PLATFORM,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: config.audience,
          scope: '',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: {
      Interaction: HOUR,
      Session: HOUR,
      ClientCredentials: lifeOf,
      AccessToken: lifeOf,
      Grant: HOUR,
      IdToken: HOUR,
      AuthorizationCode: 60,
    },
    findAccount: (_context: Context, id: string) => {
      const officer = identities.officer(id);
      return officer && { accountId: id, claims: () => ({ sub: id, name: officer.name }) };
    },
    // Nobody is asked to agree: the one thing to agree to is using the platform they are signing in to.
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    // A person's tokens name the session they came from, so that all of them can be stopped as one.
    extraTokenClaims: (_context: Context, { sessionUid }: { sessionUid?: string }) =>
      sessionUid ? { sid: sessionUid } : undefined,
    interactions: { url: (_context: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
    clientBasedCORS: (_context: Context, origin: string, client: Client) =>
      client.redirectUris?.some((uri) => new URL(uri).origin === origin) ?? false,
    renderError: (context: Context, out: Record<string, unknown>) => {
      context.type = 'json';
      context.body = out;
    },
  });
}
