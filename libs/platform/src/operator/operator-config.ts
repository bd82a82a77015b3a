import { IsOptional, Matches } from 'class-validator';
import { Client } from 'pg';
import { ConfigurationError } from '../config';
import type { JobWorld } from '../topics-job/topics-job';

const POSTGRES = /^postgres(ql)?:\/\//;
const HTTP = /^https?:\/\/[^\s/]+$/;

/** Environment variables of the command; the same names mean the same in the services. */
export class OperatorConfig {
  @IsOptional()
  @Matches(POSTGRES)
  DATABASE_URL?: string;

  @IsOptional()
  @Matches(HTTP)
  GATEWAY_URL?: string;

  @IsOptional()
  @Matches(HTTP)
  AUTHORISATION_URL?: string;

  @IsOptional()
  @Matches(HTTP)
  CATALOGUE_URL?: string;

  @IsOptional()
  @Matches(HTTP)
  EXCHANGE_URL?: string;

  @IsOptional()
  @Matches(HTTP)
  AUDIT_URL?: string;
}

export type OperatorWorld = Omit<JobWorld, 'topics'>;

/** One connection, closed when the work is done. */
export async function withDatabase<T>(
  { DATABASE_URL }: OperatorConfig,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (DATABASE_URL === undefined) throw new ConfigurationError(['DATABASE_URL'], ['DATABASE_URL is missing']);
  const client = new Client({
    connectionString: DATABASE_URL,
    application_name: 'operator',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
