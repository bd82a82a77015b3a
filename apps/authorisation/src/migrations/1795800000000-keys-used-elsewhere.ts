import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the watch counts of keys that are used elsewhere; of hours before, nobody counted. [R13.5] */
export class KeysUsedElsewhere1795800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE misuse_hour ADD COLUMN elsewhere bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE misuse_hour DROP COLUMN elsewhere');
  }
}
