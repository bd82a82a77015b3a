import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LogTerms1798080000000 implements MigrationInterface {
  readonly name = 'LogTerms1798080000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What an entry can be found by; made from the entries, so it can be emptied and made again.
      CREATE TABLE log_term (
        term text NOT NULL,
        entry_index bigint NOT NULL,
        PRIMARY KEY (term, entry_index)
      );
      CREATE TABLE log_term_place (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        next_index bigint NOT NULL
      );
      INSERT INTO log_term_place (next_index) VALUES (0);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log_term, log_term_place');
  }
}
