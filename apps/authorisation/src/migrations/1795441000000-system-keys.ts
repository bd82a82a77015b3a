import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Public keys of systems, and what tells fast whose a certificate is. */
export class SystemKeys1795441000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE system ADD COLUMN keys jsonb NOT NULL DEFAULT '[]';
       CREATE INDEX system_by_certificate ON system USING gin (certificates)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX system_by_certificate; ALTER TABLE system DROP COLUMN keys');
  }
}
