import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'class-transformer';
import { IsInt, Min } from 'class-validator';
import { ConfigurationError, loadConfig } from './load-config';
import { PlatformConfig } from './platform-config';

class NotesConfig extends PlatformConfig {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  NOTES = 5;
}

const env = {
  PORT: '3000',
  METRICS_PORT: '3001',
  KAFKA_BROKERS: '127.0.0.1:9092,broker:9093',
  OIDC_ISSUER: 'http://127.0.0.1:4000',
  OIDC_AUDIENCE: 'qiongtong',
  HOP_KEYS_DIR: '/keys',
};
const keysOf = (changed: Record<string, string>): readonly string[] => {
  try {
    loadConfig(NotesConfig, { ...env, ...changed });
    return [];
  } catch (error) {
    return (error as ConfigurationError).keys;
  }
};

describe('the configuration of a service', () => {
  it('is read from the environment, converted, with its defaults, and nothing else of it is taken', () => {
    const config = loadConfig(NotesConfig, { ...env, NOTES: '7', TOPIC_PREFIX: '', SECRET_OF_SOMEBODY: 'x' });
    expect(config).toMatchObject({
      PORT: 3000,
      NOTES: 7,
      MODE: 'embedded',
      HOST: '127.0.0.1',
      TOPIC_PREFIX: '',
      LOG_LEVEL: 'info',
    });
    expect(Object.keys(config)).not.toContain('SECRET_OF_SOMEBODY');
  });

  it('that lacks values names all of them', () => {
    expect(() => loadConfig(NotesConfig, {})).toThrow(ConfigurationError);
    expect(keysOf({ PORT: '', KAFKA_BROKERS: '', HOP_KEYS_DIR: '' })).toEqual([
      'PORT',
      'KAFKA_BROKERS',
      'HOP_KEYS_DIR',
    ]);
  });

  it.each([
    ['PORT', 'three'],
    ['PORT', '70000'],
    ['PORT', '1.5'],
    ['NOTES', '0'],
    ['MODE', 'staging'],
    ['KAFKA_BROKERS', 'broker'],
    ['OIDC_ISSUER', 'ftp://hidden'],
    ['DATABASE_URL', 'mysql://user:hidden@host/db'],
    ['LOG_LEVEL', 'loud'],
    ['TOPIC_PREFIX', 'a b'],
  ])('with a wrong %s says so', (key, value) => {
    expect(keysOf({ [key]: value })).toEqual([key]);
  });

  it('that names itself to the broker needs its password, and says TLS as a switch', () => {
    expect(keysOf({ KAFKA_USERNAME: 'exchange' })).toEqual(['KAFKA_PASSWORD_FILE']);
    expect(keysOf({ KAFKA_USERNAME: 'exchange', KAFKA_PASSWORD_FILE: 'relative' })).toEqual(['KAFKA_PASSWORD_FILE']);
    expect(keysOf({ KAFKA_USERNAME: 'exchange', KAFKA_PASSWORD_FILE: '/secrets/kafka', KAFKA_TLS: 'true' })).toEqual(
      [],
    );
    expect(keysOf({ KAFKA_TLS: 'maybe' })).toEqual(['KAFKA_TLS']);
  });

  describe('with values in files', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'qiongtong-config-'));
      writeFileSync(join(folder, 'url'), 'postgres://catalogue:hidden@db/catalogue\n');
      writeFileSync(join(folder, 'wrong'), 'mysql://user:hidden@host/db');
      writeFileSync(join(folder, 'empty'), '\n');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('takes them without the line’s end', () => {
      const { DATABASE_URL } = loadConfig(NotesConfig, { ...env, DATABASE_URL_FILE: join(folder, 'url') });
      expect(DATABASE_URL).toBe('postgres://catalogue:hidden@db/catalogue');
    });

    it('names the key when the file is away, empty, besides a value, or holds what is wrong, and never shows it', () => {
      expect(keysOf({ DATABASE_URL_FILE: join(folder, 'away') })).toEqual(['DATABASE_URL_FILE']);
      expect(keysOf({ DATABASE_URL_FILE: join(folder, 'empty') })).toEqual(['DATABASE_URL_FILE']);
      expect(keysOf({ DATABASE_URL_FILE: join(folder, 'url'), DATABASE_URL: 'postgres://x' })).toEqual([
        'DATABASE_URL_FILE',
      ]);
      const load = () => loadConfig(NotesConfig, { ...env, DATABASE_URL_FILE: join(folder, 'wrong') });
      expect(load).toThrow(/DATABASE_URL must match/);
      expect(load).not.toThrow(/hidden/);
    });
  });

  it('never repeats a value', () => {
    const load = () => loadConfig(NotesConfig, { ...env, DATABASE_URL: 'mysql://user:hidden@host/db', PORT: 'hidden' });
    expect(load).toThrow(/DATABASE_URL/);
    expect(load).not.toThrow(/hidden/);
  });

  it('[R14.9] for production refuses a clock that somebody else sets', () => {
    const production = { MODE: 'production', OIDC_ISSUER: 'https://id.example' };
    expect(keysOf({ ...production, TEST_CLOCK_FILE: '/tmp/clock' })).toEqual(['TEST_CLOCK_FILE']);
    expect(keysOf({ TEST_CLOCK_FILE: '/tmp/clock' })).toEqual([]);
    expect(keysOf({ ...production, CRASH_AT: 'sealer.committed:3' })).toEqual(['CRASH_AT']);
    expect(keysOf({ CRASH_AT: 'sealer.committed:3' })).toEqual([]);
  });

  it('for production needs an issuer with TLS and has no default for anything secret', () => {
    expect(keysOf({ MODE: 'production' })).toEqual(['OIDC_ISSUER']);
    expect(keysOf({ MODE: 'production', OIDC_ISSUER: 'https://id.example' })).toEqual([]);
    expect(
      keysOf({ MODE: 'production', OIDC_ISSUER: 'https://id.example', OIDC_DISCOVERY_URL: 'http://id/openid' }),
    ).toEqual(['OIDC_DISCOVERY_URL']);
    expect(keysOf({ MODE: 'production', OIDC_ISSUER: 'https://id.example', HOP_KEYS_DIR: '' })).toEqual([
      'HOP_KEYS_DIR',
    ]);
  });
});
