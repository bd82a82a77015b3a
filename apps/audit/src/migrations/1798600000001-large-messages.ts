import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LargeMessages1798600000001 implements MigrationInterface {
  readonly name = 'LargeMessages1798600000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Messages that are too large for an entry, which has their digest instead.
      CREATE TABLE large_message (
        entry_index bigint PRIMARY KEY,
        key bytea NOT NULL,
        value bytea
      );
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON large_message
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE large_message');
  }
}
