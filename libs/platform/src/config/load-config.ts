import 'reflect-metadata';
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

/** Reads exactly the declared keys; an empty variable counts as absent. Throws ConfigurationError. */
export function loadConfig<T extends object>(
  type: new () => T,
  env: Readonly<Record<string, string | undefined>> = process.env,
): T {
  const config = plainToInstance(type, declared(type, env));
  const problems = new Map<string, string>();
  for (const { property, constraints } of validateSync(config, { validationError: { target: false, value: false } })) {
    const absent = !env[property];
    problems.set(property, absent ? `${property} is missing` : Object.values(constraints ?? {}).join('; '));
  }
  if (config instanceof PlatformConfig && config.MODE === 'production')
    for (const [key, problem] of unfitForProduction(config)) problems.set(key, problem);
  if (problems.size > 0) throw new ConfigurationError([...problems.keys()], [...problems.values()]);
  return config;
}

function declared(type: new () => unknown, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const keys = getMetadataStorage()
    .getTargetValidationMetadatas(type, '', false, false)
    .map(({ propertyName }) => propertyName);
  const values: Record<string, string> = {};
  for (const key of keys) {
    const value = env[key];
    if (value !== undefined && value !== '') values[key] = value;
  }
  return values;
}

function* unfitForProduction(config: PlatformConfig): Generator<[string, string]> {
  if (!String(config.OIDC_ISSUER).startsWith('https://'))
    yield ['OIDC_ISSUER', 'OIDC_ISSUER must be an https URL in production'];
  // Periods, clocks and tokens would be as old as somebody likes.
  if (config.TEST_CLOCK_FILE !== undefined) yield ['TEST_CLOCK_FILE', 'TEST_CLOCK_FILE is for tests alone'];
}
