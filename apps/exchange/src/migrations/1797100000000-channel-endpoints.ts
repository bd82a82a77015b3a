import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where providers answer for resources that stay with them. [R9.1, R9.3] */
export class ChannelEndpoints1797100000000 implements MigrationInterface {
  name = 'ChannelEndpoints1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE channel_endpoint (
        resource_id text COLLATE "C" PRIMARY KEY,
        provider_id text NOT NULL,
        url text NOT NULL CHECK (length(url) <= 500),
        status text NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
        revision integer NOT NULL CHECK (revision > 0),
        registered_by text NOT NULL,
        registered_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE channel_endpoint');
  }
}
