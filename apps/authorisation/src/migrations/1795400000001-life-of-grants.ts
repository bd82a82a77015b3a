import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LifeOfGrants1795400000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sharing_grant
        ADD suspension jsonb,
        ADD amendment jsonb,
        ADD proposals jsonb NOT NULL DEFAULT '[]',
        ADD unconfirmed_at timestamptz,
        ADD renewal jsonb,
        ADD review jsonb,
        ADD disposal jsonb,
        ADD next_due_at timestamptz;
      -- Instants inside a document are texts of one form, which compare as such.
      CREATE FUNCTION pg_temp.instant(at timestamptz) RETURNS text LANGUAGE sql AS $$
        SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;
      UPDATE sharing_grant SET
        review = jsonb_build_object('dueAt', pg_temp.instant(issued_at + interval '1 year'), 'overdueAt', NULL, 'last', NULL),
        revocation = CASE WHEN revocation IS NULL THEN NULL ELSE revocation || jsonb_build_object('statutoryBasis',
          CASE WHEN revocation ->> 'statutoryBasis' IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object(
            'law', revocation ->> 'statutoryBasis', 'article', '', 'quotation', '')) END) END,
        disposal = CASE WHEN revocation IS NULL THEN NULL ELSE jsonb_build_object(
          'dueAt', pg_temp.instant((revocation ->> 'at')::timestamptz + interval '30 days'), 'overdueAt', NULL, 'report', NULL) END,
        next_due_at = CASE WHEN revocation IS NULL
          THEN LEAST((period ->> 'until')::timestamptz, issued_at + interval '1 year')
          ELSE (revocation ->> 'at')::timestamptz + interval '30 days' END;
      DROP FUNCTION pg_temp.instant(timestamptz);
      ALTER TABLE sharing_grant ALTER proposals DROP DEFAULT, ALTER review SET NOT NULL;
      CREATE INDEX sharing_grant_due ON sharing_grant (next_due_at) WHERE next_due_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sharing_grant_due;
      ALTER TABLE sharing_grant DROP suspension, DROP amendment, DROP proposals, DROP unconfirmed_at, DROP renewal,
        DROP review, DROP disposal, DROP next_due_at`);
  }
}
