import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Feeds by topics beside those by webhook, which all were. */
export class FeedChannels1797300001000 implements MigrationInterface {
  name = 'FeedChannels1797300001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE feed_subscription
        ADD COLUMN channel text NOT NULL DEFAULT 'WEBHOOK' CHECK (channel IN ('WEBHOOK', 'KAFKA')),
        ADD COLUMN topic_removed boolean NOT NULL DEFAULT false,
        ALTER COLUMN url DROP NOT NULL,
        ADD CONSTRAINT feed_subscription_address CHECK ((channel = 'WEBHOOK') = (url IS NOT NULL))`);
    await runner.query('ALTER TABLE feed_subscription ALTER COLUMN channel DROP DEFAULT');
    await runner.query(
      `CREATE INDEX feed_subscription_topic_left ON feed_subscription (id)
       WHERE channel = 'KAFKA' AND status = 'ENDED' AND NOT topic_removed`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM feed_subscription WHERE channel = 'KAFKA'`);
    await runner.query('DROP INDEX feed_subscription_topic_left');
    await runner.query(`
      ALTER TABLE feed_subscription DROP CONSTRAINT feed_subscription_address,
        DROP COLUMN channel, DROP COLUMN topic_removed, ALTER COLUMN url SET NOT NULL`);
  }
}
