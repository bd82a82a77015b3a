import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Alarms1798720000000 implements MigrationInterface {
  readonly name = 'Alarms1798720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- By the database's clock, whatever the service's says: how long nothing was sealed. Of older ones it is not known.
      ALTER TABLE checkpoint ADD COLUMN written_at timestamptz;
      ALTER TABLE checkpoint ALTER COLUMN written_at SET DEFAULT clock_timestamp();

      CREATE TABLE alarm (
        id uuid PRIMARY KEY,
        kind text NOT NULL
          CHECK (kind IN ('SEQUENCE_GAP', 'NUMBER_REUSED', 'OUTCOME_MISSING', 'CLOCK_BACKWARDS', 'SEALER_STALLED')),
        subject text NOT NULL,
        since timestamptz NOT NULL,
        found jsonb NOT NULL,
        raised_at timestamptz NOT NULL,
        closed_at timestamptz,
        evidence jsonb,
        CHECK ((closed_at IS NULL) = (evidence IS NULL))
      );
      -- One alarm for a cause.
      CREATE UNIQUE INDEX alarm_open ON alarm (kind, subject) WHERE closed_at IS NULL;

      -- Up to where the log has been watched.
      CREATE TABLE watched_to (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        next_index bigint NOT NULL
      );
      INSERT INTO watched_to (next_index) SELECT coalesce(max(size), 0) FROM checkpoint;
      CREATE TABLE producer_clock (
        topic text NOT NULL,
        partition integer NOT NULL,
        producer text NOT NULL,
        boot text NOT NULL,
        run text,
        n bigint NOT NULL,
        latest timestamptz NOT NULL,
        latest_index bigint NOT NULL,
        jump_index bigint,
        jump_from timestamptz,
        jump_to timestamptz,
        -- When it was seen that it went back.
        jumped_at timestamptz,
        PRIMARY KEY (topic, partition, producer, boot)
      );
      CREATE INDEX producer_clock_jumped ON producer_clock (jumped_at) WHERE jumped_at IS NOT NULL;
      CREATE TABLE open_outcome (
        decision_id text PRIMARY KEY,
        producer text NOT NULL,
        run text NOT NULL,
        entry_index bigint NOT NULL,
        started_at timestamptz NOT NULL,
        -- An alarm was raised for it: it is kept until that is closed.
        alarmed boolean NOT NULL DEFAULT false,
        closed_index bigint
      );
      CREATE INDEX open_outcome_started ON open_outcome (started_at) WHERE closed_index IS NULL;
      CREATE INDEX number_gap_found ON number_gap (found_at);
      -- What the last heartbeat said: another is said when the log has grown since.
      CREATE TABLE log_heartbeat (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        size bigint NOT NULL,
        said_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE alarm, watched_to, producer_clock, open_outcome, log_heartbeat;
      DROP INDEX number_gap_found;
      ALTER TABLE checkpoint DROP COLUMN written_at;
    `);
  }
}
