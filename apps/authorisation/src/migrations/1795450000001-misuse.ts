import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Misuse1795450000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE misuse_hour (
        caller_kind text NOT NULL,
        caller_id text NOT NULL,
        resource_id text NOT NULL,
        hour timestamptz NOT NULL,
        requests bigint NOT NULL,
        rows bigint NOT NULL,
        refused bigint NOT NULL,
        beyond_scope bigint NOT NULL,
        without_matter bigint NOT NULL,
        verified_no bigint NOT NULL,
        PRIMARY KEY (caller_kind, caller_id, resource_id, hour)
      );
      CREATE INDEX misuse_hour_by_time ON misuse_hour (hour);

      CREATE TABLE misuse_matter (
        day date NOT NULL,
        department_id text NOT NULL,
        resource_id text NOT NULL,
        matter text NOT NULL,
        subjects integer NOT NULL,
        unlisted bigint NOT NULL,
        PRIMARY KEY (day, department_id, resource_id, matter)
      );
      CREATE TABLE misuse_matter_subject (
        day date NOT NULL,
        department_id text NOT NULL,
        resource_id text NOT NULL,
        matter text NOT NULL,
        subject text NOT NULL,
        PRIMARY KEY (day, department_id, resource_id, matter, subject)
      );

      CREATE TABLE misuse_streak (
        caller_kind text NOT NULL,
        caller_id text NOT NULL,
        resource_id text NOT NULL,
        released_at timestamptz,
        refused_at timestamptz[] NOT NULL,
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (caller_kind, caller_id, resource_id)
      );
      CREATE INDEX misuse_streak_by_time ON misuse_streak (seen_at);

      CREATE TABLE misuse_alert (
        id text PRIMARY KEY,
        rule text NOT NULL,
        key text NOT NULL,
        caller_kind text NOT NULL,
        caller_id text NOT NULL,
        department_id text NOT NULL,
        resource_id text NOT NULL,
        provider_id text,
        window_from timestamptz NOT NULL,
        window_until timestamptz NOT NULL,
        figures jsonb NOT NULL,
        status text NOT NULL,
        raised_at timestamptz NOT NULL,
        acknowledged jsonb,
        conclusion jsonb,
        throttle jsonb,
        -- Its key is on policy.throttles.
        told boolean NOT NULL DEFAULT true,
        revision integer NOT NULL,
        -- One alert for a window, however often its records come.
        UNIQUE (rule, key, window_from)
      );
      CREATE INDEX misuse_alert_by_provider ON misuse_alert (provider_id, id);
      CREATE INDEX misuse_alert_by_department ON misuse_alert (department_id, id);
      CREATE INDEX misuse_alert_told ON misuse_alert (id) WHERE told AND throttle IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE misuse_alert, misuse_streak, misuse_matter_subject, misuse_matter, misuse_hour');
  }
}
