import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Catalogue1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE entry (
        id text PRIMARY KEY,
        resource_code text NOT NULL UNIQUE,
        provider_id text NOT NULL,
        status text NOT NULL,
        sharing_type text NOT NULL,
        metadata_visibility text NOT NULL,
        revision integer NOT NULL,
        content jsonb NOT NULL,
        workflow jsonb NOT NULL,
        search_text text NOT NULL,
        search_grams text[] NOT NULL,
        published_on date,
        updated_at timestamptz NOT NULL
      )`);
    // Every list is in the order of ids; each filter a department lists by leads an index that ends in it.
    await runner.query('CREATE INDEX entry_by_provider ON entry (provider_id, id)');
    await runner.query('CREATE INDEX entry_by_status ON entry (status, id)');
    await runner.query('CREATE INDEX entry_by_sharing_type ON entry (sharing_type, status, id)');
    await runner.query('CREATE INDEX entry_by_grams ON entry USING gin (search_grams)');

    await runner.query(`
      CREATE TABLE registration_refusal (
        id text PRIMARY KEY,
        rule text NOT NULL,
        organisation_id text NOT NULL,
        refused_to text NOT NULL,
        entry_id text,
        wiped boolean NOT NULL,
        at timestamptz NOT NULL
      )`);

    await runner.query(`
      CREATE TABLE organisation (
        id text PRIMARY KEY,
        version bigint NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        level text NOT NULL,
        region_code text NOT NULL,
        kind text NOT NULL,
        status text NOT NULL,
        roles jsonb NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE organisation, registration_refusal, entry');
  }
}
