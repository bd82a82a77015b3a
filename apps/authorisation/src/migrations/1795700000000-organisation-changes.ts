import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OrganisationChanges1795700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE organisation
        ADD former_names jsonb NOT NULL DEFAULT '[]',
        ADD successor_ids jsonb NOT NULL DEFAULT '[]',
        ADD ended_at timestamptz;

      CREATE TABLE organisation_change (
        id text PRIMARY KEY,
        kind text NOT NULL,
        organisation_ids jsonb NOT NULL,
        successor_ids jsonb NOT NULL,
        founded jsonb NOT NULL,
        name text,
        document jsonb NOT NULL,
        effective_on text NOT NULL,
        remainder_to text,
        resources jsonb NOT NULL,
        duties jsonb NOT NULL,
        systems jsonb NOT NULL,
        officers jsonb NOT NULL,
        grants jsonb NOT NULL,
        applications jsonb NOT NULL,
        withdrawals jsonb NOT NULL,
        status text NOT NULL,
        effective_at timestamptz NOT NULL,
        decided_by text NOT NULL,
        authority_id text NOT NULL REFERENCES organisation (id),
        decided_at timestamptz NOT NULL,
        blocked jsonb,
        begun_at timestamptz,
        ended_at timestamptz,
        cancelled_by text,
        revision integer NOT NULL
      );
      CREATE INDEX organisation_change_due ON organisation_change (effective_at)
        WHERE status IN ('DECIDED', 'IN_PROGRESS');
      CREATE INDEX organisation_change_settling ON organisation_change (ended_at) WHERE status = 'CARRIED_OUT';

      -- Bodies that a change founds have no row of their own before it is carried out: no reference.
      CREATE TABLE organisation_change_party (
        change_id text NOT NULL REFERENCES organisation_change (id),
        organisation_id text NOT NULL,
        open boolean NOT NULL,
        PRIMARY KEY (change_id, organisation_id)
      );
      -- Of one body one change at a time is decided and not yet carried out.
      CREATE UNIQUE INDEX organisation_change_party_open ON organisation_change_party (organisation_id) WHERE open;
      CREATE INDEX organisation_change_party_by_body ON organisation_change_party (organisation_id, change_id);

      CREATE TABLE organisation_change_effect (
        id text PRIMARY KEY,
        change_id text NOT NULL REFERENCES organisation_change (id),
        thing text NOT NULL,
        thing_id text NOT NULL,
        outcome text NOT NULL,
        from_id text NOT NULL,
        to_id text,
        because text,
        at timestamptz NOT NULL
      );
      CREATE INDEX organisation_change_effect_by_change ON organisation_change_effect (change_id, id);

      CREATE INDEX resource_by_provider ON resource (provider_id, id);
      CREATE INDEX sharing_grant_by_reporter ON sharing_grant ((disposal ->> 'reporterId'), id)
        WHERE disposal ->> 'reporterId' IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sharing_grant_by_reporter, resource_by_provider;
      DROP TABLE organisation_change_effect, organisation_change_party, organisation_change;
      ALTER TABLE organisation DROP former_names, DROP successor_ids, DROP ended_at`);
  }
}
