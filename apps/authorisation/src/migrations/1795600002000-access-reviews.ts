import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The yearly review of a department's appointments, systems and admission. [R8.5] */
export class AccessReviews1795600002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE access_review (
        id text PRIMARY KEY,
        organisation_id text NOT NULL REFERENCES organisation (id),
        status text NOT NULL,
        opened_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        items jsonb NOT NULL,
        reminders jsonb NOT NULL,
        overdue_at timestamptz,
        completed_at timestamptz,
        next_look_at timestamptz,
        revision integer NOT NULL
      );
      CREATE INDEX access_review_by_organisation ON access_review (organisation_id, opened_at);
      CREATE INDEX access_review_to_look_at ON access_review (next_look_at) WHERE next_look_at IS NOT NULL;
      -- A department looks at one at a time.
      CREATE UNIQUE INDEX access_review_open ON access_review (organisation_id) WHERE status = 'OPEN'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE access_review');
  }
}
