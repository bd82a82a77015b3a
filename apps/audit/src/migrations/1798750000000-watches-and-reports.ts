import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WatchesAndReports1798750000000 implements MigrationInterface {
  readonly name = 'WatchesAndReports1798750000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Where each follower of the log goes on.
      CREATE TABLE log_follower (
        name text PRIMARY KEY,
        next_index bigint NOT NULL
      );
      INSERT INTO log_follower SELECT 'terms', next_index FROM log_term_place;
      INSERT INTO log_follower SELECT 'watches', coalesce(max(index) + 1, 0) FROM log_entry;
      INSERT INTO log_follower VALUES ('reports', 0);
      DROP TABLE log_term_place;

      CREATE TABLE log_watch (
        id uuid PRIMARY KEY,
        owner text NOT NULL,
        name text NOT NULL,
        filter jsonb NOT NULL,
        every_seconds integer NOT NULL,
        state text NOT NULL CHECK (state IN ('ACTIVE', 'PAUSED', 'ENDED')),
        -- What was sealed before is none of its matches.
        from_index bigint NOT NULL,
        saved_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        -- Number of the last notice, and when it was made.
        notices bigint NOT NULL DEFAULT 0,
        noticed_at timestamptz,
        -- Matches that wait for the next notice.
        waiting bigint NOT NULL DEFAULT 0,
        first_waiting bigint,
        last_waiting bigint,
        waiting_entries bigint[] NOT NULL DEFAULT '{}'
      );
      CREATE INDEX log_watch_owner ON log_watch (owner, saved_at, id);
      CREATE INDEX log_watch_active ON log_watch (id) WHERE state = 'ACTIVE';
      CREATE INDEX log_watch_waiting ON log_watch (id) WHERE waiting > 0;
      CREATE TABLE log_watch_notice (
        watch_id uuid NOT NULL,
        n bigint NOT NULL,
        at timestamptz NOT NULL,
        matches bigint NOT NULL,
        first_entry bigint NOT NULL,
        last_entry bigint NOT NULL,
        -- The first of them.
        entries bigint[] NOT NULL,
        PRIMARY KEY (watch_id, n)
      );

      -- Uses by day (of China's time), summed as the log is followed; made from the log, so it can be made again.
      CREATE TABLE use_count (
        day date NOT NULL,
        department text NOT NULL,
        resource text NOT NULL,
        effect text NOT NULL,
        article text NOT NULL,
        purpose text NOT NULL,
        uses bigint NOT NULL,
        rows numeric NOT NULL,
        PRIMARY KEY (day, department, resource, effect, article, purpose)
      );
      CREATE INDEX use_count_department ON use_count (department, day);
      CREATE INDEX use_count_resource ON use_count (resource, day);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE log_term_place (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        next_index bigint NOT NULL
      );
      INSERT INTO log_term_place (next_index) SELECT next_index FROM log_follower WHERE name = 'terms';
      DROP TABLE log_follower, log_watch, log_watch_notice, use_count;
    `);
  }
}
