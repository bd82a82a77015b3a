import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Agreements1795420001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agreement (
        id text PRIMARY KEY,
        application_id text NOT NULL REFERENCES sharing_application (id),
        version integer NOT NULL CHECK (version > 0),
        supersedes text REFERENCES agreement (id),
        provider_id text NOT NULL REFERENCES organisation (id),
        applicant_id text NOT NULL REFERENCES organisation (id),
        resource_id text NOT NULL,
        template_version text NOT NULL,
        text jsonb NOT NULL,
        digest text NOT NULL,
        scope jsonb NOT NULL,
        status text NOT NULL,
        acceptances jsonb NOT NULL,
        printed_form jsonb,
        drafted_at timestamptz NOT NULL,
        rule_pack text NOT NULL,
        revision integer NOT NULL,
        UNIQUE (application_id, version)
      );
      CREATE INDEX agreement_by_applicant ON agreement (applicant_id, id);
      CREATE INDEX agreement_by_provider ON agreement (provider_id, id);
      -- One text waits to be accepted, one is in force.
      CREATE UNIQUE INDEX agreement_pending ON agreement (application_id) WHERE status = 'PENDING';
      CREATE UNIQUE INDEX agreement_in_force ON agreement (application_id) WHERE status = 'ACCEPTED';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agreement');
  }
}
