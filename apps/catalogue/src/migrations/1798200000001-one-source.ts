import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Standard data elements with their versions, and who collects which of them about whom and where. */
export class OneSource1798200000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE data_element (
        id text PRIMARY KEY,
        revision integer NOT NULL,
        status text NOT NULL,
        retired_on date,
        standard jsonb NOT NULL,
        effective_from date NOT NULL,
        kept_by text NOT NULL,
        kept_at timestamptz NOT NULL,
        search_text text NOT NULL,
        search_grams text[] NOT NULL
      )`);
    await runner.query('CREATE INDEX data_element_by_grams ON data_element USING gin (search_grams)');
    await runner.query(`
      CREATE TABLE data_element_version (
        element_id text NOT NULL REFERENCES data_element,
        revision integer NOT NULL,
        standard jsonb NOT NULL,
        effective_from date NOT NULL,
        kept_by text NOT NULL,
        kept_at timestamptz NOT NULL,
        PRIMARY KEY (element_id, revision)
      )`);
    await runner.query(`
      CREATE TABLE collection_assignment (
        id text PRIMARY KEY,
        element_id text NOT NULL REFERENCES data_element,
        population text NOT NULL,
        region_code text NOT NULL,
        department_id text NOT NULL,
        status text NOT NULL,
        duties text NOT NULL,
        document_number text,
        in_force_from date,
        in_force_until date,
        former_id text,
        proposal jsonb,
        decision jsonb,
        ending jsonb,
        revision integer NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    // The law of one source: an element of a population in a region is collected by one department. [R6.3]
    await runner.query(`
      CREATE UNIQUE INDEX collection_assignment_one ON collection_assignment (element_id, population, region_code)
      WHERE status = 'IN_FORCE'`);
    await runner.query(`
      CREATE UNIQUE INDEX collection_assignment_proposed
      ON collection_assignment (element_id, population, region_code, department_id) WHERE status = 'PROPOSED'`);
    await runner.query('CREATE INDEX collection_assignment_by_element ON collection_assignment (element_id, id)');
    await runner.query('CREATE INDEX collection_assignment_by_department ON collection_assignment (department_id, id)');
    await runner.query('CREATE INDEX collection_assignment_by_status ON collection_assignment (status, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE collection_assignment, data_element_version, data_element');
  }
}
