import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Authorisation1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organisation (
        id text PRIMARY KEY,
        name text NOT NULL,
        type text NOT NULL,
        level text NOT NULL,
        region_code text NOT NULL,
        parent_id text REFERENCES organisation (id),
        kind text NOT NULL,
        status text NOT NULL,
        credit_code text,
        roles jsonb NOT NULL,
        duties jsonb NOT NULL,
        has_responsible_unit boolean NOT NULL,
        admission text NOT NULL,
        pledge_version text,
        revision integer NOT NULL,
        registered_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX organisation_by_region ON organisation (region_code text_pattern_ops, id);

      CREATE TABLE responsible_unit (
        id text PRIMARY KEY,
        organisation_id text NOT NULL REFERENCES organisation (id),
        name text NOT NULL,
        head text NOT NULL,
        contacts jsonb NOT NULL,
        duty_text text NOT NULL,
        "from" timestamptz NOT NULL,
        until timestamptz,
        appointment_document text NOT NULL,
        registered_by text NOT NULL,
        registered_at timestamptz NOT NULL,
        CHECK (until >= "from")
      );
      -- R15.1: exactly one is in office.
      CREATE UNIQUE INDEX responsible_unit_current ON responsible_unit (organisation_id) WHERE until IS NULL;

      CREATE TABLE officer (
        id text PRIMARY KEY,
        name text NOT NULL,
        status text NOT NULL,
        appointments jsonb NOT NULL,
        registered_by text NOT NULL,
        revision integer NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX officer_by_appointment ON officer USING gin (appointments jsonb_path_ops);

      CREATE TABLE system (
        id text PRIMARY KEY,
        name text NOT NULL,
        owner_id text NOT NULL REFERENCES organisation (id),
        department_id text NOT NULL REFERENCES organisation (id),
        zone text NOT NULL CHECK (zone = 'GOV_EXTRANET'),
        addresses jsonb NOT NULL,
        certificates jsonb NOT NULL,
        provides jsonb NOT NULL,
        kafka boolean NOT NULL,
        status text NOT NULL,
        attestation jsonb,
        registered_by text NOT NULL,
        revision integer NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX system_by_department ON system (department_id, id);

      CREATE TABLE access_application (
        id text PRIMARY KEY,
        organisation_id text NOT NULL REFERENCES organisation (id),
        status text NOT NULL,
        pledge jsonb NOT NULL,
        submitted_by text NOT NULL,
        submitted_at timestamptz NOT NULL,
        decision jsonb,
        rule_pack text NOT NULL,
        revision integer NOT NULL
      );
      CREATE INDEX access_application_by_organisation ON access_application (organisation_id, id);
      CREATE INDEX access_application_by_status ON access_application (status, id);
      CREATE UNIQUE INDEX access_application_pending ON access_application (organisation_id) WHERE status = 'SUBMITTED';

      CREATE TABLE resource (
        id text PRIMARY KEY,
        version bigint NOT NULL,
        provider_id text NOT NULL,
        state jsonb NOT NULL
      );

      CREATE TABLE sharing_application (
        id text PRIMARY KEY,
        resource_id text NOT NULL,
        applicant_id text NOT NULL REFERENCES organisation (id),
        provider_id text NOT NULL REFERENCES organisation (id),
        status text NOT NULL,
        asked jsonb NOT NULL,
        submitted_by text NOT NULL,
        received_at timestamptz NOT NULL,
        clock jsonb NOT NULL,
        decision jsonb,
        withdrawn_by text,
        rule_pack text NOT NULL,
        revision integer NOT NULL
      );
      CREATE INDEX sharing_application_by_applicant ON sharing_application (applicant_id, id);
      CREATE INDEX sharing_application_by_provider ON sharing_application (provider_id, id);

      CREATE TABLE sharing_grant (
        id text PRIMARY KEY,
        parent_id text REFERENCES sharing_grant (id),
        root_id text NOT NULL REFERENCES sharing_grant (id),
        depth integer NOT NULL CHECK (depth BETWEEN 0 AND 3),
        resource_id text NOT NULL,
        provider_id text NOT NULL REFERENCES organisation (id),
        holder_id text NOT NULL REFERENCES organisation (id),
        recipient_owner_id text REFERENCES organisation (id),
        status text NOT NULL,
        items jsonb NOT NULL,
        row_filter jsonb,
        mask jsonb NOT NULL,
        actions jsonb NOT NULL,
        purposes jsonb NOT NULL,
        matter_number text NOT NULL,
        scope_of_knowledge jsonb NOT NULL,
        systems jsonb NOT NULL,
        period jsonb NOT NULL,
        limits jsonb NOT NULL,
        origin jsonb NOT NULL,
        revocation jsonb,
        rule_pack text NOT NULL,
        revision integer NOT NULL,
        issued_at timestamptz NOT NULL,
        issued_by text NOT NULL,
        CHECK ((parent_id IS NULL) = (root_id = id))
      );
      CREATE INDEX sharing_grant_by_holder ON sharing_grant (holder_id, id);
      CREATE INDEX sharing_grant_by_provider ON sharing_grant (provider_id, id);
      CREATE INDEX sharing_grant_by_root ON sharing_grant (root_id);

      CREATE TABLE onward_transfer (
        id text PRIMARY KEY,
        parent_grant_id text REFERENCES sharing_grant (id),
        resource_id text NOT NULL,
        provider_id text NOT NULL REFERENCES organisation (id),
        holder_id text NOT NULL REFERENCES organisation (id),
        recipient jsonb NOT NULL,
        why text NOT NULL,
        basis text NOT NULL,
        scope jsonb NOT NULL,
        status text NOT NULL,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        decision jsonb,
        rule_pack text NOT NULL,
        revision integer NOT NULL
      );
      CREATE INDEX onward_transfer_by_holder ON onward_transfer (holder_id, id);
      CREATE INDEX onward_transfer_by_provider ON onward_transfer (provider_id, id);

      CREATE TABLE working_day_calendar (
        year integer PRIMARY KEY,
        holidays jsonb NOT NULL,
        make_up_days jsonb NOT NULL,
        source text NOT NULL
      )`);
    await runner.query(
      'INSERT INTO working_day_calendar (year, holidays, make_up_days, source) VALUES ($1, $2, $3, $4)',
      [
        2026,
        JSON.stringify([
          ...days('2026-01', 1, 3),
          ...days('2026-02', 15, 23),
          ...days('2026-04', 4, 6),
          ...days('2026-05', 1, 5),
          ...days('2026-06', 19, 21),
          ...days('2026-09', 25, 27),
          ...days('2026-10', 1, 7),
        ]),
        JSON.stringify(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']),
        '国务院办公厅关于2026年部分节假日安排的通知(2025-11-04)',
      ],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE working_day_calendar, onward_transfer, sharing_grant, sharing_application, resource,
         access_application, system, officer, responsible_unit, organisation`,
    );
  }
}

const days = (month: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${month}-${String(from + i).padStart(2, '0')}`);
