import { ConfigurationError, loadConfig } from '@qiongtong/platform';
import { AuthorisationConfig } from '../src/config';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin } from './world';

describe('the first start', () => {
  let service: RunningAuthorisation;
  beforeAll(async () => {
    service = await startAuthorisation({ replicas: 2 });
  });
  afterAll(() => service?.close());

  it('makes the named authority and its administrator once, however many replicas start', async () => {
    const [state] = await service.states('policy.organisations', 'gxt', 1);
    expect(state).toMatchObject({
      version: 1,
      kind: 'DEPARTMENT',
      regionCode: '460000',
      roles: [{ role: 'PROVINCIAL_AUTHORITY', until: null }],
    });
    const [officer] = await service.states('policy.officers', 'gxt-admin', 1);
    expect(officer).toMatchObject({ appointments: [{ organisationId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] }] });
    const counts = await service.query(
      `SELECT (SELECT count(*)::int FROM organisation) AS organisations, (SELECT count(*)::int FROM officer) AS officers`,
    );
    expect(counts).toEqual([{ organisations: 1, officers: 1 }]);
  });

  it('is not repeated by a later start, whatever its configuration names', async () => {
    const again = await service.replica({
      BOOTSTRAP_ORGANISATION_ID: 'other',
      BOOTSTRAP_ORGANISATION_NAME: '其他',
      BOOTSTRAP_REGION: '460000',
      BOOTSTRAP_OFFICER_ID: 'other-admin',
      BOOTSTRAP_OFFICER_NAME: '其他',
    });
    await again.close();
    expect((await service.everyPage('/v1/organisations?limit=9', admin)).map((o) => o['id'])).toEqual(['gxt']);
  });

  it('names all that is needed or nothing', () => {
    const env = {
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: 'postgres://x',
      KAFKA_BROKERS: 'b:1',
      OIDC_ISSUER: 'http://x',
      OIDC_AUDIENCE: 'q',
      HOP_KEYS_DIR: '/x',
    };
    expect(loadConfig(AuthorisationConfig, env).BOOTSTRAP_OFFICER_ID).toBeUndefined();
    expect(() => loadConfig(AuthorisationConfig, { ...env, BOOTSTRAP_ORGANISATION_ID: 'gxt' })).toThrow(
      ConfigurationError,
    );
  });
});
