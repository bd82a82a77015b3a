/** What this process is configured by. */
export type IdentityConfig = Readonly<{
  host: string;
  port: number;
  /** As callers reach it; also the `iss` of its tokens. */
  issuer: string;
  audience: string;
  /** Where the signing key lives across restarts. */
  dataDir: string;
  /** Officers and systems; read again when it changes. */
  identityFile: string | null;
  tokenTtlSeconds: number;
}>;

export class ConfigurationError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration is wrong or incomplete:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Names keys that are wrong, never their values. Anybody may sign in as anybody here, so production is refused. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): IdentityConfig {
  const problems: string[] = [];
  const text = (key: string, otherwise?: string): string => {
    const value = env[key] || otherwise;
    if (value === undefined) problems.push(`${key} is missing`);
    return value ?? '';
  };
  const whole = (key: string, least: number, most: number, otherwise?: string): number => {
    const value = Number(text(key, otherwise));
    if (env[key] && (!Number.isInteger(value) || value < least || value > most))
      problems.push(`${key} must be a whole number from ${least} to ${most}`);
    return value;
  };
  if ((env['MODE'] || 'embedded') !== 'embedded')
    problems.push('MODE must be embedded: this issuer asks for no password and is for development only');
  const issuer = text('OIDC_ISSUER', env['ISSUER']);
  if (issuer && !/^https?:\/\/[^\s/]+$/.test(issuer))
    problems.push('OIDC_ISSUER must be an http(s) origin without a path');
  const config: IdentityConfig = {
    host: text('HOST', '127.0.0.1'),
    port: whole('PORT', 1, 65_535),
    issuer,
    audience: text('OIDC_AUDIENCE'),
    dataDir: text('DATA_DIR'),
    identityFile: env['IDENTITY_FILE'] || null,
    tokenTtlSeconds: whole('TOKEN_TTL_SECONDS', 1, 86_400, '1800'),
  };
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}
