import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who provided an entry before; those of the version before have had one provider. */
export class FormerProviders1795700001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE entry ADD former_providers jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entry DROP former_providers');
  }
}
