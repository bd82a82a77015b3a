import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Feeds of changes to departments' own systems, and the batches that were sent of them. */
export class Subscriptions1797300000000 implements MigrationInterface {
  name = 'Subscriptions1797300000000';

  async up(runner: QueryRunner): Promise<void> {
    // What was asked for is decided again: `json` keeps it as it was written.
    await runner.query(`
      CREATE TABLE feed_subscription (
        id text PRIMARY KEY,
        resource_id text COLLATE "C" NOT NULL,
        provider_id text NOT NULL,
        department_id text NOT NULL,
        system_id text NOT NULL,
        decision_id text NOT NULL,
        grant_id text,
        use json NOT NULL,
        url text NOT NULL,
        status text NOT NULL CHECK (status IN ('ACTIVE', 'HELD', 'PAUSED', 'DISABLED', 'ENDED')),
        cause text,
        reached_batch bigint NOT NULL,
        reached_key text COLLATE "C" NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        issued bigint NOT NULL DEFAULT 0,
        acknowledged bigint NOT NULL DEFAULT 0,
        terms text,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        last_failure text,
        due_at timestamptz NOT NULL,
        attempt bigint NOT NULL DEFAULT 0,
        leased_until timestamptz,
        opened_at timestamptz NOT NULL
      )`);
    await runner.query(
      'CREATE INDEX feed_subscription_of_department ON feed_subscription (department_id, opened_at DESC, id DESC)',
    );
    await runner.query(
      `CREATE INDEX feed_subscription_due ON feed_subscription (due_at) WHERE status IN ('ACTIVE', 'HELD')`,
    );
    await runner.query(
      `CREATE INDEX feed_subscription_of_resource ON feed_subscription (resource_id) WHERE status IN ('ACTIVE', 'HELD')`,
    );
    await runner.query(`
      CREATE TABLE feed_batch (
        subscription_id text NOT NULL REFERENCES feed_subscription (id) ON DELETE CASCADE,
        position bigint NOT NULL,
        previous bigint NOT NULL,
        to_batch bigint NOT NULL,
        to_key text COLLATE "C" NOT NULL,
        decision_id text NOT NULL,
        terms text NOT NULL,
        digest text NOT NULL,
        recorded_at timestamptz NOT NULL,
        delivered_at timestamptz,
        PRIMARY KEY (subscription_id, position)
      )`);
    await runner.query('CREATE INDEX feed_batch_recorded ON feed_batch (recorded_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE feed_batch');
    await runner.query('DROP TABLE feed_subscription');
  }
}
