import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformConfig } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Matches, Max, Min, ValidateIf } from 'class-validator';
import { parseWitnesses, type Witness } from './log/domain/cosignature';
import type { S3Bucket } from './tiles/files/s3-files';

export class AuditConfig extends PlatformConfig {
  /** Name of the log in its checkpoints. A log keeps its name and its key for ever. */
  @Matches(/^[^\s+]{1,200}$/)
  LOG_ORIGIN = 'qiongtong/audit';

  /** PEM file of the Ed25519 key that signs checkpoints. In embedded mode it is made where there is none. */
  @ValidateIf((config: AuditConfig) => config.MODE === 'production' || !config.DATA_DIR)
  @IsString()
  @IsNotEmpty()
  SIGNING_KEY_FILE?: string;

  /** PEM file of an SM2 key whose signature is a second line of each checkpoint; without it there is one line. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  SM2_KEY_FILE?: string;

  /** Exchange, which keeps the keys by which records are traced; without it nothing is traced. */
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  EXCHANGE_URL?: string;

  /** Witnesses of the log, one a line: `<key> <address>`; C2SP tlog-witness. Without it nobody else signs. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  WITNESSES_FILE?: string;

  /** Folder in which the log also stands as plain files (C2SP tlog-tiles); in embedded mode a part of DATA_DIR. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  LOG_FILES_DIR?: string;

  /** Address of an S3-compatible service: the log's files go to a bucket of it instead of a folder. */
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  LOG_S3_ENDPOINT?: string;

  @ValidateIf((config: AuditConfig) => config.LOG_S3_ENDPOINT !== undefined)
  @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
  LOG_S3_BUCKET?: string;

  /** Before every path in the bucket, without a slash at its ends. */
  @Matches(/^$|^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/)
  LOG_S3_PREFIX = '';

  @Matches(/^[a-z0-9-]{1,60}$/)
  LOG_S3_REGION = 'us-east-1';

  /** File of two lines, the id of an access key and its secret. */
  @ValidateIf((config: AuditConfig) => config.LOG_S3_ENDPOINT !== undefined)
  @IsString()
  @IsNotEmpty()
  LOG_S3_CREDENTIALS_FILE?: string;

  /** Whole years that entries stay in the database; then their texts go to LOG_ARCHIVE_DIR. The law asks for three. */
  @Type(() => Number)
  @IsInt()
  @Min(3)
  @Max(100)
  LOG_RETENTION_YEARS = 3;

  /** Folder of the archive; without it all texts stay in the database. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  LOG_ARCHIVE_DIR?: string;

  /** Seconds for which numbers of a producer may be missing before that is an alarm. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  GAP_ALARM_SECONDS = 60;

  /** Seconds for which a use whose release began may be without its closing record; the longest stream takes less. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  OUTCOME_ALARM_SECONDS = 3600;

  /** Seconds by which a fact may be dated before the one before it; transactions end in another order than they begin. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  CLOCK_TOLERANCE_SECONDS = 300;

  /** Seconds for which a clock must not have gone back for its alarm to be closed. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  CLOCK_CLEAR_SECONDS = 600;

  /** Seconds without a new entry after which the log gets a heartbeat: its newest checkpoint is not much older. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  HEARTBEAT_SECONDS = 60;

  /** Seconds for which facts may wait for the sealer before that is an alarm. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  STALLED_ALARM_SECONDS = 60;

  /** Folder for what the embedded mode makes itself. */
  @IsOptional()
  @IsString()
  DATA_DIR?: string;
}

export const signingKeyFile = (config: AuditConfig): string =>
  config.SIGNING_KEY_FILE ?? join(config.DATA_DIR ?? '', 'signing-key.pem');

/** null where the log is kept in the database alone. */
export const logFilesDir = (config: AuditConfig): string | null =>
  config.LOG_FILES_DIR ?? (config.DATA_DIR ? join(config.DATA_DIR, 'log') : null);

/** null where the log's files are in no bucket. */
export function s3BucketOf(config: AuditConfig): S3Bucket | null {
  const { LOG_S3_ENDPOINT: endpoint, LOG_S3_BUCKET: bucket, LOG_S3_CREDENTIALS_FILE: file } = config;
  if (endpoint === undefined || bucket === undefined || file === undefined) return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error('LOG_S3_CREDENTIALS_FILE cannot be read');
  }
  const [accessKeyId, secretAccessKey, ...more] = text.split(/\r?\n/).filter((line) => line !== '');
  if (!accessKeyId || !secretAccessKey || more.length > 0)
    throw new Error('LOG_S3_CREDENTIALS_FILE does not hold two lines');
  const { LOG_S3_PREFIX: prefix, LOG_S3_REGION: region } = config;
  return { endpoint, bucket, prefix, region, credentials: { accessKeyId, secretAccessKey } };
}

/** @throws Error that names the line of the file that is none of a witness */
export function witnessesOf({ WITNESSES_FILE: file }: AuditConfig): Witness[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error('WITNESSES_FILE cannot be read');
  }
  try {
    return parseWitnesses(text);
  } catch (error) {
    throw new Error(`WITNESSES_FILE: ${(error as Error).message}`, { cause: error });
  }
}
