import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who holds what of which resource. Read from the topic, which is kept whole, by a consumer that begins at its beginning. */
export class SharingGrants1798300000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sharing_grant (
        id text PRIMARY KEY,
        version bigint NOT NULL,
        resource_id text NOT NULL,
        holder_id text NOT NULL,
        status text NOT NULL,
        items text[] NOT NULL,
        until timestamptz NOT NULL
      )`);
    // The grants in force of one resource, in the order of their list.
    await runner.query(`
      CREATE INDEX sharing_grant_in_force ON sharing_grant (resource_id, id) WHERE status IN ('ACTIVE', 'SUSPENDED')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sharing_grant');
  }
}
