import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a withdrawal that was set for later takes effect. */
export class ScheduledWithdrawals1798300000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entry ADD withdrawal_due_at timestamptz');
    await runner.query(`
      CREATE INDEX entry_by_withdrawal ON entry (withdrawal_due_at) WHERE withdrawal_due_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entry DROP withdrawal_due_at');
  }
}
