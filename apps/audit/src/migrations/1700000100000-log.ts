import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Log1700000100000 implements MigrationInterface {
  readonly name = 'Log1700000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Which log this is: its checkpoints can only be signed under this name and key.
      CREATE TABLE log (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        origin text NOT NULL,
        verifier_key text NOT NULL
      );
      CREATE TABLE log_entry (
        index bigint PRIMARY KEY,
        leaf_hash bytea NOT NULL,
        -- The canonical text, whose UTF-8 bytes are the leaf. Not jsonb: that would change the text.
        entry text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        kafka_offset bigint NOT NULL,
        producer text NOT NULL,
        run text,
        n bigint,
        digest bytea NOT NULL,
        type text NOT NULL,
        key text NOT NULL,
        at text NOT NULL,
        actor text,
        concerns text[] NOT NULL,
        sealed_at timestamptz NOT NULL,
        UNIQUE (topic, partition, kafka_offset)
      );
      CREATE INDEX log_entry_number ON log_entry (topic, producer, run, n) WHERE run IS NOT NULL;
      CREATE INDEX log_entry_key ON log_entry (key, index);
      CREATE INDEX log_entry_type ON log_entry (type, index);
      CREATE INDEX log_entry_actor ON log_entry (actor, index) WHERE actor IS NOT NULL;
      CREATE INDEX log_entry_concerns ON log_entry USING gin (concerns);
      -- Tiles of up to 256 hashes: level L holds roots of complete subtrees of 256^L leaves.
      CREATE TABLE tile (
        level integer NOT NULL,
        index bigint NOT NULL,
        hashes bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
        PRIMARY KEY (level, index)
      );
      CREATE TABLE checkpoint (
        size bigint PRIMARY KEY,
        root bytea NOT NULL,
        note text NOT NULL,
        signed_at timestamptz NOT NULL
      );
      CREATE TABLE sealed_offset (
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL,
        PRIMARY KEY (topic, partition)
      );
      CREATE TABLE producer_run (
        topic text NOT NULL,
        partition integer NOT NULL,
        producer text NOT NULL,
        run text NOT NULL,
        highest bigint NOT NULL,
        PRIMARY KEY (topic, partition, producer, run)
      );
      CREATE TABLE number_gap (
        topic text NOT NULL,
        partition integer NOT NULL,
        producer text NOT NULL,
        run text NOT NULL,
        from_n bigint NOT NULL,
        to_n bigint NOT NULL,
        found_at timestamptz NOT NULL,
        PRIMARY KEY (topic, partition, producer, run, from_n)
      );
      CREATE TABLE number_conflict (
        entry_index bigint PRIMARY KEY,
        topic text NOT NULL,
        partition integer NOT NULL,
        producer text NOT NULL,
        run text NOT NULL,
        n bigint NOT NULL,
        found_at timestamptz NOT NULL
      );

      -- Against mistakes of our own; against anybody else stands the signed tree.
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE log, log_entry, tile, checkpoint, sealed_offset, producer_run, number_gap, number_conflict;
      DROP FUNCTION refuse_change;
    `);
  }
}
