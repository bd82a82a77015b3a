import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The duty to keep each hosted resource current, and when it has to be looked at next. [R8.3, R8.4] */
export class UpdateDuties1796000001000 implements MigrationInterface {
  name = 'UpdateDuties1796000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE update_duty (
        resource_id text COLLATE "C" PRIMARY KEY,
        provider_id text NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        cycle text NOT NULL CHECK (cycle IN ('REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY')),
        since timestamptz NOT NULL,
        updated_at timestamptz,
        confirmed_at timestamptz,
        heard_at timestamptz,
        due_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('ON_TIME', 'DUE_SOON', 'OVERDUE')),
        look_at timestamptz
      )`);
    await runner.query('CREATE INDEX update_duty_look ON update_duty (look_at) WHERE look_at IS NOT NULL');
    await runner.query('CREATE INDEX update_duty_due ON update_duty (due_at, resource_id)');
    await runner.query('CREATE INDEX update_duty_of_provider ON update_duty (provider_id, due_at, resource_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE update_duty');
  }
}
