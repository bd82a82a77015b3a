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
});
