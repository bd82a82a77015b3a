import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Consents1795400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE consent_case (
        id text PRIMARY KEY,
        kind text NOT NULL,
        subject jsonb NOT NULL,
        provider_id text NOT NULL REFERENCES organisation (id),
        other_party_id text NOT NULL REFERENCES organisation (id),
        authority_id text NOT NULL REFERENCES organisation (id),
        former_authorities jsonb NOT NULL,
        statutory_basis jsonb NOT NULL,
        narrative text NOT NULL,
        emergency boolean NOT NULL,
        status text NOT NULL,
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        provisional boolean NOT NULL,
        overdue_at timestamptz,
        escalated_to text REFERENCES organisation (id),
        decision jsonb,
        rule_pack text NOT NULL,
        revision integer NOT NULL
      );
      CREATE INDEX consent_case_by_provider ON consent_case (provider_id, id);
      CREATE INDEX consent_case_by_other_party ON consent_case (other_party_id, id);
      CREATE INDEX consent_case_by_authority ON consent_case (authority_id, id);
      CREATE INDEX consent_case_by_escalation ON consent_case (escalated_to, id) WHERE escalated_to IS NOT NULL;
      CREATE INDEX consent_case_open ON consent_case (due_at) WHERE status = 'PROPOSED';
      -- One answer is awaited at a time on one question.
      CREATE UNIQUE INDEX consent_case_pending ON consent_case ((subject ->> 'kind'), (subject ->> 'id'), kind)
        WHERE status = 'PROPOSED';
      CREATE INDEX organisation_with_roles ON organisation (id) WHERE roles <> '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX organisation_with_roles; DROP TABLE consent_case');
  }
}
