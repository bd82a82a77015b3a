import { ConfigurationError, loadConfig } from '@qiongtong/platform';
import { AuditConfig, signingKeyFile } from './config';

const environment = {
  PORT: '0',
  METRICS_PORT: '0',
  DATABASE_URL: 'postgres://localhost/audit',
  KAFKA_BROKERS: 'localhost:9092',
  OIDC_ISSUER: 'https://identity.example',
  OIDC_AUDIENCE: 'qiongtong',
  HOP_KEYS_DIR: 'keys',
};
const keysRefused = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(AuditConfig, { ...environment, ...env });
    return [];
  } catch (error) {
    return error instanceof ConfigurationError ? error.keys : [String(error)];
  }
};

describe('the configuration of the audit service', () => {
  it('needs a signing key in production, a data folder is not enough', () => {
    expect(keysRefused({ MODE: 'production', DATA_DIR: 'data' })).toEqual(['SIGNING_KEY_FILE']);
    expect(keysRefused({ MODE: 'production', SIGNING_KEY_FILE: 'key.pem' })).toEqual([]);
  });

  it('needs one of them in embedded mode, and keeps a key of its own in the data folder', () => {
    expect(keysRefused({})).toEqual(['SIGNING_KEY_FILE']);
    expect(signingKeyFile(loadConfig(AuditConfig, { ...environment, DATA_DIR: 'data' }))).toBe('data/signing-key.pem');
  });

  it('needs a name that fits into a checkpoint', () => {
    expect(keysRefused({ DATA_DIR: 'data', LOG_ORIGIN: 'a b' })).toEqual(['LOG_ORIGIN']);
  });

  it('keeps entries for three years at least [R14.9]', () => {
    for (const years of ['2', '0', '2.9', '-3', 'x'])
      expect(keysRefused({ DATA_DIR: 'data', LOG_RETENTION_YEARS: years })).toEqual(['LOG_RETENTION_YEARS']);
    for (const years of ['3', '10']) expect(keysRefused({ DATA_DIR: 'data', LOG_RETENTION_YEARS: years })).toEqual([]);
    expect(loadConfig(AuditConfig, { ...environment, DATA_DIR: 'data' }).LOG_RETENTION_YEARS).toBe(3);
  });
});
