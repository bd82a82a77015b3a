import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Stops1795440000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stop (
        id text PRIMARY KEY,
        target text NOT NULL,
        target_id text NOT NULL,
        department_id text,
        status text NOT NULL,
        reason text NOT NULL,
        until timestamptz,
        concerned text[] NOT NULL,
        stands_by jsonb NOT NULL,
        placed_as text NOT NULL,
        placed_by text NOT NULL,
        placed_by_organisation text NOT NULL REFERENCES organisation (id),
        placed_at timestamptz NOT NULL,
        confirmation jsonb,
        ended jsonb,
        -- Its key is on policy.stops.
        told boolean NOT NULL DEFAULT true,
        revision integer NOT NULL,
        CHECK ((status = 'LIFTED') = (ended IS NOT NULL))
      );
      CREATE INDEX stop_by_target ON stop (target, target_id, placed_at);
      CREATE INDEX stop_by_concerned ON stop USING gin (concerned);
      CREATE INDEX stop_by_placer ON stop (placed_by_organisation, id);
      CREATE INDEX stop_due ON stop (until) WHERE status = 'ACTIVE';
      CREATE INDEX stop_told ON stop (id) WHERE told AND status = 'LIFTED'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stop');
  }
}
