import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { PlatformConfig } from './platform-config';

/** A service that cannot start as it is configured. Names the keys and what they must be, never their values. */
export class ConfigurationError extends Error {
  constructor(
    readonly keys: readonly string[],
    problems: readonly string[],
  ) {
    super(`The configuration is wrong or incomplete:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/**
 * Reads exactly the declared keys; an empty variable counts as absent. `<KEY>_FILE` names a file that holds the value of
 * a key, for values that no environment should show. Throws ConfigurationError.
 */
export function loadConfig<T extends object>(
  type: new () => T,
  env: Readonly<Record<string, string | undefined>> = process.env,
): T {
  const problems = new Map<string, string>();
  const config = plainToInstance(type, declared(type, env, problems));
  for (const { property, constraints } of validateSync(config, { validationError: { target: false, value: false } })) {
    if (problems.has(fileOf(property))) continue;
    const absent = !env[property] && !env[fileOf(property)];
    problems.set(property, absent ? `${property} is missing` : Object.values(constraints ?? {}).join('; '));
  }
  if (config instanceof PlatformConfig && config.MODE === 'production')
    for (const [key, problem] of unfitForProduction(config)) problems.set(key, problem);
  if (problems.size > 0) throw new ConfigurationError([...problems.keys()], [...problems.values()]);
  return config;
}

const fileOf = (key: string): string => `${key}_FILE`;

function declared(
  type: new () => unknown,
  env: Readonly<Record<string, string | undefined>>,
  problems: Map<string, string>,
): Record<string, string> {
  const keys = new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(type, '', false, false)
      .map(({ propertyName }) => propertyName),
  );
  const values: Record<string, string> = {};
  for (const key of keys) {
    const value = env[key] || undefined;
    // A key may itself be declared as the name of a file.
    const file = keys.has(fileOf(key)) ? undefined : env[fileOf(key)] || undefined;
    if (value !== undefined && file !== undefined)
      problems.set(fileOf(key), `${fileOf(key)} is given besides ${key}: one of them`);
    else if (value !== undefined) values[key] = value;
    else if (file !== undefined) {
      const held = contentOf(file);
      if (held) values[key] = held;
      else problems.set(fileOf(key), `${fileOf(key)} names a file that ${held === '' ? 'is empty' : 'cannot be read'}`);
    }
  }
  return values;
}

/** undefined where it cannot be read. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function* unfitForProduction(config: PlatformConfig): Generator<[string, string]> {
  if (!String(config.OIDC_ISSUER).startsWith('https://'))
    yield ['OIDC_ISSUER', 'OIDC_ISSUER must be an https URL in production'];
  if (config.OIDC_DISCOVERY_URL !== undefined && !config.OIDC_DISCOVERY_URL.startsWith('https://'))
    yield ['OIDC_DISCOVERY_URL', 'OIDC_DISCOVERY_URL must be an https URL in production'];
  // Periods, clocks and tokens would be as old as somebody likes.
  if (config.TEST_CLOCK_FILE !== undefined) yield ['TEST_CLOCK_FILE', 'TEST_CLOCK_FILE is for tests alone'];
  if (config.CRASH_AT !== undefined) yield ['CRASH_AT', 'CRASH_AT is for tests alone'];
}
