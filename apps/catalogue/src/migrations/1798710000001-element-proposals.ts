import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Standard data elements that departments propose. */
export class ElementProposals1798710000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE data_element_proposal (
        id text PRIMARY KEY,
        element_id text NOT NULL,
        department_id text NOT NULL,
        status text NOT NULL,
        standard jsonb NOT NULL,
        proposal jsonb NOT NULL,
        decision jsonb,
        revision integer NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX data_element_proposal_waiting ON data_element_proposal (element_id, department_id)
      WHERE status = 'PROPOSED'`);
    await runner.query('CREATE INDEX data_element_proposal_by_department ON data_element_proposal (department_id, id)');
    await runner.query('CREATE INDEX data_element_proposal_by_status ON data_element_proposal (status, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE data_element_proposal');
  }
}
