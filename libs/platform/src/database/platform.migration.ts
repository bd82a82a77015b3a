import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables every service with a database has: leases, outbox, inbox, parked messages, idempotency keys. */
export class PlatformTables1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lease (
        name text PRIMARY KEY,
        holder text NOT NULL,
        epoch bigint NOT NULL,
        expires_at timestamptz NOT NULL
      );

      CREATE TABLE idempotency_key (
        caller text NOT NULL,
        key text NOT NULL,
        operation text NOT NULL,
        digest text NOT NULL,
        answer jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (caller, key)
      );
      CREATE INDEX idempotency_key_created ON idempotency_key (created_at);

      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        key text NOT NULL,
        headers jsonb NOT NULL,
        value text,
        size integer NOT NULL,
        epoch bigint,
        partition integer,
        n bigint,
        created_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz
      );
      CREATE INDEX outbox_fresh ON outbox (id) WHERE published_at IS NULL AND n IS NULL;
      CREATE INDEX outbox_numbered ON outbox (id) WHERE published_at IS NULL AND n IS NOT NULL;

      CREATE TABLE outbox_epoch (
        epoch bigint PRIMARY KEY,
        database text NOT NULL,
        reason text NOT NULL,
        swept boolean NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE outbox_number (
        epoch bigint NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        n bigint NOT NULL,
        PRIMARY KEY (epoch, topic, partition)
      );
      CREATE TABLE outbox_state (
        topic text NOT NULL,
        key text NOT NULL,
        headers jsonb NOT NULL,
        value text NOT NULL,
        PRIMARY KEY (topic, key)
      );

      CREATE TABLE inbox (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        source text NOT NULL,
        epoch bigint NOT NULL DEFAULT 0,
        n bigint NOT NULL DEFAULT 0,
        kafka_offset bigint NOT NULL DEFAULT -1,
        PRIMARY KEY (consumer, topic, partition, source)
      );

      CREATE TABLE parked_message (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        kafka_offset bigint NOT NULL,
        key text NOT NULL,
        type text NOT NULL,
        headers jsonb NOT NULL,
        value bytea,
        at text NOT NULL,
        reason text NOT NULL,
        error text NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(),
        redriven_at timestamptz
      );
      CREATE INDEX parked_message_open ON parked_message (consumer, topic, key, id) WHERE redriven_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE parked_message, inbox, outbox_state, outbox_number, outbox_epoch, outbox, idempotency_key, lease;
    `);
  }
}
