import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every decision of the authority on an entry. Of those made before, the last of each is known. */
export class EntryReviews1798300000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE entry_review (
        entry_id text NOT NULL REFERENCES entry ON DELETE CASCADE,
        number integer NOT NULL,
        version integer NOT NULL,
        decision jsonb NOT NULL,
        PRIMARY KEY (entry_id, number)
      )`);
    await runner.query(`
      INSERT INTO entry_review (entry_id, number, version, decision)
      SELECT entry_id, row_number() OVER (PARTITION BY entry_id ORDER BY version, decision ->> 'at'), version, decision
      FROM (
        SELECT entry_id, version, workflow -> 'decision' AS decision FROM entry_version
        UNION SELECT entry_id, version, workflow -> 'decision' FROM entry_revision
        UNION SELECT id, version, workflow -> 'decision' FROM entry
      ) AS decided
      WHERE jsonb_typeof(decision) = 'object'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE entry_review');
  }
}
