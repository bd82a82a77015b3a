import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Publications1795420000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE publication_request (
        id text PRIMARY KEY,
        resource_id text NOT NULL,
        provider_id text NOT NULL REFERENCES organisation (id),
        requester_id text NOT NULL REFERENCES organisation (id),
        grant_id text REFERENCES sharing_grant (id),
        asked jsonb NOT NULL,
        origins jsonb NOT NULL,
        deciders jsonb NOT NULL,
        consents jsonb NOT NULL,
        status text NOT NULL,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        rejection jsonb,
        permit_id text,
        rule_pack text NOT NULL,
        revision integer NOT NULL,
        CHECK ((status = 'PERMITTED') = (permit_id IS NOT NULL))
      );
      CREATE INDEX publication_request_by_requester ON publication_request (requester_id, id);
      CREATE INDEX publication_request_by_provider ON publication_request (provider_id, id);
      CREATE INDEX publication_request_by_decider ON publication_request USING gin (deciders jsonb_path_ops);

      CREATE TABLE publication_permit (
        id text PRIMARY KEY,
        request_id text NOT NULL UNIQUE REFERENCES publication_request (id),
        resource_id text NOT NULL,
        provider_id text NOT NULL REFERENCES organisation (id),
        publisher_id text NOT NULL REFERENCES organisation (id),
        grant_id text REFERENCES sharing_grant (id),
        origins jsonb NOT NULL,
        deciders jsonb NOT NULL,
        title text NOT NULL,
        purpose text NOT NULL,
        forms jsonb NOT NULL,
        items jsonb NOT NULL,
        row_filter jsonb,
        mask jsonb NOT NULL,
        period jsonb NOT NULL,
        status text NOT NULL,
        withdrawal jsonb,
        rule_pack text NOT NULL,
        revision integer NOT NULL,
        issued_at timestamptz NOT NULL,
        issued_by text NOT NULL,
        CHECK ((status = 'REVOKED') = (withdrawal IS NOT NULL))
      );
      CREATE INDEX publication_permit_by_publisher ON publication_permit (publisher_id, id);
      CREATE INDEX publication_permit_by_provider ON publication_permit (provider_id, id);
      CREATE INDEX publication_permit_by_decider ON publication_permit USING gin (deciders jsonb_path_ops);
      CREATE INDEX publication_permit_active ON publication_permit ((period ->> 'until')) WHERE status = 'ACTIVE';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE publication_permit, publication_request');
  }
}
