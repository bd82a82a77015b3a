import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs, feeds and deliveries by whoever they concern; and how much each batch of a feed held, which nobody kept. */
export class ExchangeTasks1797500001000 implements MigrationInterface {
  name = 'ExchangeTasks1797500001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE feed_batch ADD COLUMN changes integer, ADD COLUMN bytes bigint');
    await runner.query('CREATE INDEX export_by_provider ON export_job (provider_id, kind, id)');
    await runner.query('CREATE INDEX export_by_department ON export_job (department_id, kind, id)');
    await runner.query('CREATE INDEX export_by_resource ON export_job (resource_id, kind, id)');
    await runner.query('CREATE INDEX export_by_state ON export_job (kind, status, id)');
    await runner.query('CREATE INDEX feed_subscription_by_provider ON feed_subscription (provider_id, id)');
    await runner.query('CREATE INDEX feed_subscription_by_department ON feed_subscription (department_id, id)');
    await runner.query('CREATE INDEX delivery_of_resource ON delivery (resource_id, opened_at DESC, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX export_by_provider, export_by_department, export_by_resource, export_by_state,
        feed_subscription_by_provider, feed_subscription_by_department, delivery_of_resource`);
    await runner.query('ALTER TABLE feed_batch DROP COLUMN changes, DROP COLUMN bytes');
  }
}
