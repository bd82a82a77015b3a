import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports of entries from sheets: what was sent, the rows until it has ended, and the faults that were found. */
export class CatalogueImports1798050000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE catalogue_import (
        id text PRIMARY KEY,
        department_id text NOT NULL,
        principal jsonb NOT NULL,
        for_departments boolean NOT NULL,
        mode text NOT NULL,
        dry_run boolean NOT NULL,
        format text NOT NULL,
        digest text NOT NULL,
        bytes bigint NOT NULL,
        columns jsonb NOT NULL,
        rows integer NOT NULL,
        status text NOT NULL,
        checked_row integer NOT NULL DEFAULT 0,
        settled boolean NOT NULL DEFAULT false,
        written_row integer NOT NULL DEFAULT 0,
        entries integer NOT NULL DEFAULT 0,
        bad_entries integer NOT NULL DEFAULT 0,
        faults integer NOT NULL DEFAULT 0,
        existing integer NOT NULL DEFAULT 0,
        created integer NOT NULL DEFAULT 0,
        attempt integer NOT NULL DEFAULT 0,
        lease_until timestamptz,
        received_at timestamptz NOT NULL,
        ended_at timestamptz
      )`);
    await runner.query('CREATE INDEX catalogue_import_by_department ON catalogue_import (department_id, id)');
    await runner.query(
      `CREATE INDEX catalogue_import_waiting ON catalogue_import (received_at) WHERE status = 'RECEIVED'`,
    );
    await runner.query('CREATE INDEX catalogue_import_ended ON catalogue_import (ended_at)');
    await runner.query(`
      CREATE TABLE catalogue_import_row (
        import_id text NOT NULL,
        n integer NOT NULL,
        cells jsonb NOT NULL,
        PRIMARY KEY (import_id, n)
      )`);
    await runner.query(`
      CREATE TABLE catalogue_import_entry (
        import_id text NOT NULL,
        n integer NOT NULL,
        resource_code text NOT NULL,
        provider_id text NOT NULL,
        content jsonb NOT NULL,
        PRIMARY KEY (import_id, n)
      )`);
    await runner.query(
      'CREATE INDEX catalogue_import_entry_by_code ON catalogue_import_entry (import_id, resource_code, n)',
    );
    await runner.query(`
      CREATE TABLE catalogue_import_fault (
        import_id text NOT NULL,
        n integer NOT NULL,
        at integer NOT NULL,
        code text NOT NULL,
        PRIMARY KEY (import_id, n, at, code)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE catalogue_import_fault, catalogue_import_entry, catalogue_import_row, catalogue_import',
    );
  }
}
