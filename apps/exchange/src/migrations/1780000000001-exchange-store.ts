import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTITIONS = 8;

/** The hosted records, their changes, the batches they came in, and what left in which delivery. */
export class ExchangeStore1780000000001 implements MigrationInterface {
  name = 'ExchangeStore1780000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE record (
        resource_id text COLLATE "C" NOT NULL,
        record_key text COLLATE "C" NOT NULL,
        payload jsonb NOT NULL,
        batch_no bigint NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (resource_id, record_key)
      ) PARTITION BY HASH (resource_id)`);
    for (let i = 0; i < PARTITIONS; i++)
      await runner.query(
        `CREATE TABLE record_${i} PARTITION OF record FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${i})`,
      );
    await runner.query(`
      CREATE TABLE record_change (
        resource_id text COLLATE "C" NOT NULL,
        batch_no bigint NOT NULL,
        record_key text COLLATE "C" NOT NULL,
        before jsonb,
        after jsonb,
        PRIMARY KEY (resource_id, batch_no, record_key)
      )`);
    await runner.query(`
      CREATE TABLE resource_counter (
        resource_id text COLLATE "C" PRIMARY KEY,
        batch_no bigint NOT NULL,
        rows bigint NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE batch (
        id text PRIMARY KEY,
        resource_id text COLLATE "C",
        batch_no bigint,
        status text NOT NULL
          CHECK (status IN ('RECEIVING', 'STAGED', 'APPLIED', 'QUARANTINED_PARTLY', 'REFUSED')),
        channel text NOT NULL CHECK (channel IN ('REST', 'KAFKA')),
        system_id text NOT NULL,
        idempotency_key text,
        request_digest text,
        digest text,
        received bigint NOT NULL DEFAULT 0,
        inserted bigint NOT NULL DEFAULT 0,
        updated bigint NOT NULL DEFAULT 0,
        unchanged bigint NOT NULL DEFAULT 0,
        deleted bigint NOT NULL DEFAULT 0,
        quarantined bigint NOT NULL DEFAULT 0,
        replaced bigint NOT NULL DEFAULT 0,
        refusal jsonb,
        received_at timestamptz NOT NULL,
        settled_at timestamptz,
        UNIQUE (system_id, idempotency_key),
        UNIQUE (resource_id, batch_no)
      )`);
    await runner.query(`CREATE INDEX batch_of_resource ON batch (resource_id, received_at DESC, id DESC)`);
    await runner.query(`CREATE INDEX batch_unsettled ON batch (received_at) WHERE status IN ('RECEIVING', 'STAGED')`);
    // Lives only until its batch is applied, and a crash of the database loses the batch anyway: no need to log it.
    await runner.query(`
      CREATE UNLOGGED TABLE staged_row (
        batch_id text NOT NULL,
        n bigint NOT NULL,
        record_key text COLLATE "C" NOT NULL,
        payload jsonb,
        PRIMARY KEY (batch_id, n)
      )`);
    await runner.query(`
      CREATE TABLE quarantined_row (
        batch_id text NOT NULL REFERENCES batch (id),
        n bigint NOT NULL,
        message_id text,
        code text NOT NULL,
        errors jsonb NOT NULL,
        row text NOT NULL,
        PRIMARY KEY (batch_id, n)
      )`);
    await runner.query(`
      CREATE TABLE hash_key (
        id text PRIMARY KEY,
        resource_id text COLLATE "C" NOT NULL,
        quarter text NOT NULL,
        key bytea NOT NULL,
        UNIQUE (resource_id, quarter)
      )`);
    await runner.query(`
      CREATE TABLE delivery (
        id text PRIMARY KEY,
        decision_id text NOT NULL,
        resource_id text COLLATE "C" NOT NULL,
        grant_id text,
        hash_key_id text NOT NULL,
        opened_at timestamptz NOT NULL,
        closed_at timestamptz,
        outcome text CHECK (outcome IN ('complete', 'aborted')),
        rows bigint,
        chunks bigint,
        root text,
        batch_from bigint,
        batch_to bigint
      )`);
    await runner.query(`
      CREATE TABLE delivery_chunk (
        delivery_id text NOT NULL REFERENCES delivery (id),
        n bigint NOT NULL,
        rows bigint NOT NULL,
        digest bytea NOT NULL,
        hashes bytea NOT NULL,
        PRIMARY KEY (delivery_id, n)
      )`);
    await runner.query(`
      CREATE TABLE rows_taken (
        grant_id text NOT NULL,
        day date NOT NULL,
        rows bigint NOT NULL,
        PRIMARY KEY (grant_id, day)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE rows_taken, delivery_chunk, delivery, hash_key, quarantined_row, staged_row, batch,
        resource_counter, record_change, record`);
  }
}
