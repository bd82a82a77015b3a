import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How deep transfers go is configuration now; the database knows only how deep a decision follows them. */
export class DepthOfTransfers1795420002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sharing_grant DROP CONSTRAINT sharing_grant_depth_check;
      ALTER TABLE sharing_grant ADD CONSTRAINT sharing_grant_depth_check CHECK (depth BETWEEN 0 AND 8)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sharing_grant DROP CONSTRAINT sharing_grant_depth_check;
      ALTER TABLE sharing_grant ADD CONSTRAINT sharing_grant_depth_check CHECK (depth BETWEEN 0 AND 3)`);
  }
}
