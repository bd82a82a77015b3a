import { PlatformConfig } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';

const SERVICE_URL = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

export class GatewayConfig extends PlatformConfig {
  @IsUrl(SERVICE_URL)
  AUTHORISATION_URL: string;

  @IsUrl(SERVICE_URL)
  CATALOGUE_URL: string;

  @IsUrl(SERVICE_URL)
  EXCHANGE_URL: string;

  @IsUrl(SERVICE_URL)
  AUDIT_URL: string;

  /** Milliseconds an access record may take to be durable before the answer is 503 and no data. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  @Max(60_000)
  RECORD_DEADLINE_MS = 5_000;

  /** Milliseconds that access records wait for others under load, so that the broker is asked less often. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(20)
  RECORD_LINGER_MS = 1;

  /** Milliseconds exchange may take to begin its answer. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(600_000)
  UPSTREAM_TIMEOUT_MS = 30_000;

  /** Requests without a valid token that one address may make per minute. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  UNAUTHENTICATED_PER_MINUTE = 300;

  /** Redis or Valkey in which all replicas count the limits of use together; without it each replica counts in memory. */
  @IsOptional()
  @Matches(/^rediss?:\/\//)
  LIMITS_REDIS_URL?: string;

  /** Milliseconds the store of the limits may take to count; then the answer is 503 and no data. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(60_000)
  LIMITS_TIMEOUT_MS = 500;

  /** Verifications of one subject that a department may ask for within an hour. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  VERIFICATIONS_PER_SUBJECT = 20;

  /** Explanations that one caller may ask for per minute. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  EXPLANATIONS_PER_MINUTE = 60;

  /** Requests for releases to society that one address may make per minute. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  PUBLIC_PER_MINUTE = 120;

  /** Answers to society that are fetched, and as many that are streamed, at a time; the departments have the rest. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  PUBLIC_STREAMS = 4;

  /** Seconds an answer to society may be kept, here and outside. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(3_600)
  PUBLIC_MAX_AGE_SECONDS = 10;
}
