import { Flag, PlatformConfig } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

const POSTGRES = /^postgres(ql)?:\/\//;

export class ExchangeConfig extends PlatformConfig {
  @IsString()
  @Matches(POSTGRES)
  override DATABASE_URL = '';

  /** A role that may only read; every answer is read with it. */
  @IsString()
  @Matches(POSTGRES)
  override READER_DATABASE_URL = '';

  /** Rows one batch may have. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  BATCH_ROWS = 2_000_000;

  /** Bytes one batch may have, uncompressed. */
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  BATCH_BYTES = 2 * 1024 * 1024 * 1024;

  /** Bytes one row may have. */
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  @Max(900 * 1024)
  ROW_BYTES = 256 * 1024;

  /** Batches received at the same time; the next is told to come again. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(64)
  CONCURRENT_BATCHES = 8;

  /** Streams read at the same time; each holds a connection and a snapshot of the database. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(128)
  CONCURRENT_STREAMS = 16;

  /** Milliseconds one statement of a read may take. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  READ_TIMEOUT_MS = 15_000;

  /** Milliseconds a reader of a stream may leave it standing before it is cut. */
  @Type(() => Number)
  @IsInt()
  @Min(1000)
  STREAM_STALL_MS = 60_000;

  /** Seconds a stream may last; each holds a snapshot of the database meanwhile. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  STREAM_SECONDS = 3_600;

  /** Days that the changes of a resource are kept for feeds and reads as of a moment. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3_660)
  CHANGES_KEPT_DAYS = 90;

  /** Days for which results of quality are kept. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(36_600)
  QUALITY_KEPT_DAYS = 1_096;

  /** Days that the data of a withdrawn resource are kept before they are deleted. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(36_600)
  DISPOSAL_AFTER_DAYS = 180;

  /** The same for single resources: `203000-000001=30,102000-000001=3650`. */
  @IsOptional()
  @Matches(/^([a-z0-9-]{1,64}=\d{1,5}(,[a-z0-9-]{1,64}=\d{1,5})*)?$/)
  DISPOSAL_AFTER_DAYS_OF = '';

  /** Rows from which on a resource's queryable items are indexed: fewer are read through as fast. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  INDEX_FROM_ROWS = 20_000;

  /** Items of one resource that are indexed, the first of the entry; each makes every batch a little dearer. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(32)
  INDEXED_ITEMS_PER_RESOURCE = 8;

  /** Such indexes in all, of the largest resources: each makes every statement a little dearer. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(2_000)
  INDEXES = 400;

  /** Hours that the source of a resource in real time may say nothing, neither a change nor a heartbeat. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(24 * 31)
  REALTIME_SILENCE_HOURS = 24;

  /** `true` on a broker with an authorizer: systems are then let to their own topics as these are made, and kept from them again. */
  @Flag()
  KAFKA_ACLS = false;

  /** Copies of each topic that is made for a registered system. Production: 3. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(9)
  TOPIC_REPLICATION_FACTOR = 1;

  /** Copies that must have a message of such a topic before it is acknowledged. Production: 2. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(9)
  TOPIC_MIN_INSYNC_REPLICAS = 1;

  /**
   * Nodes that providers' endpoints may be at: `name=network|network,name=network`; a name without networks may only have
   * public addresses. None by default.
   */
  @IsOptional()
  @Matches(/^[a-z0-9.,=|:/-]*$/)
  CHANNEL_NODES = '';

  /**
   * PEM of Ed25519 keys: the first signs calls of providers and batches of feeds, all are published; only the embedded mode
   * makes one of its own.
   */
  @ValidateIf((c: ExchangeConfig) => c.MODE === 'production' && c.CHANNEL_NODES + c.WEBHOOK_NODES !== '')
  @IsString()
  @IsNotEmpty()
  CHANNEL_KEY_FILE?: string;

  /** PEM of the authorities that providers' certificates must come from; those of the system where absent. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  CHANNEL_CA_FILE?: string;

  /** Milliseconds for a connection to an endpoint. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  CHANNEL_CONNECT_MS = 3_000;

  /** Milliseconds for an endpoint to begin its answer, between two pieces of it, and for a whole page. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  CHANNEL_ANSWER_MS = 10_000;

  /** Milliseconds that a stream may keep the exchange waiting for its endpoint, all in all. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  CHANNEL_STREAM_MS = 600_000;

  /** Bytes a streamed answer of an endpoint may have. */
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  CHANNEL_STREAM_BYTES = 4 * 1024 * 1024 * 1024;

  /** Calls of one provider at the same time, of each replica. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(256)
  CHANNEL_CONCURRENCY = 8;

  /** Failures in a row after which an endpoint rests, and for how many milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  CHANNEL_FAILURES = 5;

  @Type(() => Number)
  @IsInt()
  @Min(100)
  CHANNEL_REST_MS = 30_000;

  /** Folder in which the files of exports lie until they expire; the same one for all replicas. */
  @ValidateIf((config: ExchangeConfig) => config.MODE === 'production')
  @Matches(/^\//)
  EXPORT_DIR = 'exports';

  /** Exports that one replica makes at the same time. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(16)
  EXPORT_WORKERS = 2;

  /** Exports of one department that wait, run or are ready: with the bytes of one, this bounds the disk. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  EXPORTS_PER_DEPARTMENT = 10;

  /** Bytes one file may have, as it lies there. */
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  EXPORT_BYTES = 16 * 1024 * 1024 * 1024;

  /** Bytes one row of a file may have. */
  @Type(() => Number)
  @IsInt()
  @Min(256)
  EXPORT_ROW_BYTES = 4 * 1024 * 1024;

  /** Seconds that making a file may take. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  EXPORT_SECONDS = 3_600;

  /** Hours that a file is kept. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(24 * 31)
  EXPORT_KEPT_HOURS = 24;

  /** Seconds that a link is good for. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(86_400)
  EXPORT_LINK_SECONDS = 300;

  /** Milliseconds without word from the replica that makes a file, after which another one begins anew. */
  @Type(() => Number)
  @IsInt()
  @Min(500)
  EXPORT_LEASE_MS = 15_000;

  /** Bytes that one part of an upload may have. Parts lie in `EXPORT_DIR` until their batch is settled. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  UPLOAD_PART_BYTES = 64 * 1024 * 1024;

  /** Uploads of one system that have not ended: with the bytes of a batch, this bounds the disk. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  UPLOADS_PER_SYSTEM = 4;

  /** Hours after which an open upload expires of which nothing more has come. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(24 * 31)
  UPLOAD_IDLE_HOURS = 24;

  /** Milliseconds without word from the replica that reads an upload, after which another one begins anew. */
  @Type(() => Number)
  @IsInt()
  @Min(500)
  UPLOAD_LEASE_MS = 15_000;

  /** Queries of channels that one replica runs at the same time, most of which wait; those of one provider that all replicas run. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(64)
  QUERY_WORKERS = 16;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(64)
  QUERIES_PER_PROVIDER = 2;

  /** Queries of one department that wait, run or whose answer is kept: with the bytes of one, this bounds the disk. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  QUERIES_PER_DEPARTMENT = 50;

  /** Seconds after which a query that was ordered has failed, however often its provider asked for patience. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  QUERY_SECONDS = 3_600;

  /** Minutes that the answer to a query is kept. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(24 * 60)
  QUERY_KEPT_MINUTES = 60;

  /** Nodes that feeds and the ends of queries may be sent to, written as `CHANNEL_NODES`. None by default. */
  @IsOptional()
  @Matches(/^[a-z0-9.,=|:/-]*$/)
  WEBHOOK_NODES = '';

  /** PEM of the authorities that receivers' certificates must come from; those of the system where absent. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  WEBHOOK_CA_FILE?: string;

  /** Milliseconds that a receiver may take for one batch, all in all. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  WEBHOOK_ANSWER_MS = 10_000;

  /** Batches that one replica sends at the same time. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(64)
  FEED_WORKERS = 8;

  /** Subscriptions of one department that have not ended. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  SUBSCRIPTIONS_PER_DEPARTMENT = 20;

  /** Changes in one batch. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  FEED_CHANGES = 100;

  /** Batches that may be on their way without a receipt, before the feed stops until there is one. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  FEED_UNACKNOWLEDGED = 1_000;

  /** Seconds after which a feed is disabled that is held, or whose receiver takes nothing. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  FEED_FAILING_SECONDS = 3 * 24 * 3600;

  /** Milliseconds without word from the replica that sends a feed, after which another one takes it; longer than an answer may take. */
  @Type(() => Number)
  @IsInt()
  @Min(500)
  FEED_LEASE_MS = 30_000;
}

/** Days that a resource's data are kept after its withdrawal. */
export function retentionDaysOf(
  {
    DISPOSAL_AFTER_DAYS,
    DISPOSAL_AFTER_DAYS_OF,
  }: Pick<ExchangeConfig, 'DISPOSAL_AFTER_DAYS' | 'DISPOSAL_AFTER_DAYS_OF'>,
  resourceId: string,
): number {
  const own = DISPOSAL_AFTER_DAYS_OF.split(',').find((part) => part.startsWith(`${resourceId}=`));
  return own === undefined ? DISPOSAL_AFTER_DAYS : Number(own.slice(resourceId.length + 1));
}
