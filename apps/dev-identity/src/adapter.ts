import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Identities } from './identities';

type Stored = { payload: AdapterPayload; expiresAt: number };
const SWEEP_ABOVE = 1_000;

/** Codes, sessions and grants, in memory: after a restart people sign in again. */
class Memory implements Adapter {
  private readonly rows = new Map<string, Stored>();

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    if (this.rows.size > SWEEP_ABOVE) this.sweep();
    this.rows.set(id, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = this.rows.get(id);
    return row && row.expiresAt > Date.now() ? row.payload : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.first(({ payload }) => payload.uid === uid);
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const row = this.rows.get(id);
    if (row) row.payload = { ...row.payload, consumed: Math.floor(Date.now() / 1000) };
  }

  async destroy(id: string): Promise<void> {
    this.rows.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.rows) if (payload.grantId === grantId) this.rows.delete(id);
  }

  private first(fits: (row: Stored) => boolean): AdapterPayload | undefined {
    for (const row of this.rows.values()) if (row.expiresAt > Date.now() && fits(row)) return row.payload;
    return undefined;
  }

  private sweep(): void {
    for (const [id, { expiresAt }] of this.rows) if (expiresAt <= Date.now()) this.rows.delete(id);
  }
}

/** Clients are what the identity file says at this moment. */
class Clients extends Memory {
  constructor(private readonly identities: Identities) {
    super();
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const system = this.identities.system(id);
    if (system)
      return {
        client_id: id,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: system.jwks.keys },
      };
    const people = this.identities.peopleClient(id);
    if (!people) return undefined;
    const loopback = people.redirectUris.every((uri) => /^http:\/\/(127\.0\.0\.1|\[::1\])([:/]|$)/.test(uri));
    return {
      client_id: id,
      application_type: loopback ? 'native' : 'web',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: people.redirectUris,
      token_endpoint_auth_method: 'none',
    };
  }
}

export const adapters =
  (identities: Identities) =>
  (model: string): Adapter =>
    model === 'Client' ? new Clients(identities) : new Memory();
