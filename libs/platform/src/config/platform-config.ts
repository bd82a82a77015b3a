import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { KafkaIdentityConfig } from './kafka-identity-config';

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** `host:port`, comma separated. */
export const BROKERS = /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/;

/**
 * What every service is configured by; each service extends it. Values come from environment variables, or from files
 * that these name (`DATABASE_URL_FILE` for `DATABASE_URL`).
 */
export class PlatformConfig extends KafkaIdentityConfig {
  /** `production` refuses what only suits one machine: identities and databases without TLS. */
  @IsIn(['embedded', 'production'])
  MODE: 'embedded' | 'production' = 'embedded';

  /** 0 takes any free port. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT: number;

  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  METRICS_PORT: number;

  @IsString()
  @IsNotEmpty()
  HOST = '127.0.0.1';

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//)
  DATABASE_URL?: string;

  /** A role that may only SELECT. */
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//)
  READER_DATABASE_URL?: string;

  /**
   * Who brings the schema up to date: the service as it boots; a job before it, and then the service starts on no older
   * schema than its own; or this process is that job, which migrates and ends.
   */
  @IsIn(['boot', 'job', 'only'])
  MIGRATIONS: 'boot' | 'job' | 'only' = 'boot';

  /** `host:port`, comma separated. */
  @Matches(BROKERS)
  KAFKA_BROKERS: string;

  /** Several environments on one cluster. */
  @Matches(/^[A-Za-z0-9._-]*$/)
  TOPIC_PREFIX = '';

  /** The Kafka client that writes access records; both pass the same tests. */
  @IsIn(['kafkajs', 'platformatic'])
  KAFKA_RECORD_CLIENT: 'kafkajs' | 'platformatic' = 'platformatic';

  @IsUrl(HTTP_URL)
  OIDC_ISSUER: string;

  /** Where the issuer's discovery document is fetched, if from here that is another address than the issuer's own. */
  @IsOptional()
  @IsUrl(HTTP_URL)
  OIDC_DISCOVERY_URL?: string;

  @IsString()
  @MinLength(1)
  OIDC_AUDIENCE: string;

  /** For tests: business time stands at the instant that this file holds. `production` refuses it. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  TEST_CLOCK_FILE?: string;

  /** For tests: where this process dies, `<name>` or `<name>:<n>`. `production` refuses it. */
  @IsOptional()
  @Matches(/^[a-z]+(\.[a-z-]+)+(:[1-9]\d{0,5})?$/)
  CRASH_AT?: string;

  /** Folder of `<a>-<b>.json` (names in alphabetical order): `{keys: [{kid, key}]}`; the first signs, all verify. */
  @IsString()
  @IsNotEmpty()
  HOP_KEYS_DIR: string;

  /** Where spans are sent (OTLP over HTTP), e.g. `http://collector:4318/v1/traces`; none are made where absent. */
  @IsOptional()
  @IsUrl(HTTP_URL)
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;

  /** Share of traces whose spans are sent, 0 to 1. */
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG = 0.1;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /** Milliseconds for a body that is read whole to arrive. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  BODY_TIMEOUT_MS = 15_000;

  /** Milliseconds for the headers of a request to arrive. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  HEADERS_TIMEOUT_MS = 10_000;

  /** Milliseconds for a whole request to arrive, streamed uploads included. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  REQUEST_TIMEOUT_MS = 600_000;

  /** Milliseconds between saying "not ready" and closing the port, for load balancers to notice. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  DRAIN_DELAY_MS = 0;

  /** Milliseconds after which a drain is given up. */
  @Type(() => Number)
  @IsInt()
  @Min(1_000)
  DRAIN_TIMEOUT_MS = 25_000;
}
