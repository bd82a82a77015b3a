import { loadConfig } from '@qiongtong/platform';
import { CatalogueConfig } from './config';

const environment = {
  PORT: '0',
  METRICS_PORT: '0',
  KAFKA_BROKERS: 'localhost:9092',
  OIDC_ISSUER: 'http://localhost:9000',
  OIDC_AUDIENCE: 'qiongtong',
  HOP_KEYS_DIR: 'keys',
};

describe('configuration of the catalogue', () => {
  it.each([{}, { DATABASE_URL: 'mysql://secret' }])(
    'needs a database, and names the key when it has none: %j',
    (over) => {
      expect(() => loadConfig(CatalogueConfig, { ...environment, ...over })).toThrow(/DATABASE_URL/);
      expect(() => loadConfig(CatalogueConfig, { ...environment, ...over })).not.toThrow(/secret/);
    },
  );

  it('takes one', () => {
    const DATABASE_URL = 'postgres://localhost/catalogue';
    expect(loadConfig(CatalogueConfig, { ...environment, DATABASE_URL })).toMatchObject({ DATABASE_URL });
  });

  it.each([
    [{ MODE: 'production' }],
    [{ PUBLIC_URL: 'data.gov.example' }],
    [{ PUBLIC_URL: 'https://data.gov.example/' }],
    [{ MODE: 'production', PUBLIC_URL: 'http://127.0.0.1:8080' }],
  ])('needs an address of its own that IRIs can begin with: %j', (over) => {
    const given = { ...environment, DATABASE_URL: 'postgres://localhost/catalogue', ...over };
    expect(() => loadConfig(CatalogueConfig, given)).toThrow(/PUBLIC_URL/);
    const PUBLIC_URL = 'https://data.gov.example';
    expect(loadConfig(CatalogueConfig, { ...given, MODE: 'embedded', PUBLIC_URL })).toMatchObject({ PUBLIC_URL });
  });
});
