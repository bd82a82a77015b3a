import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was published, changed and withdrawn, numbered in the order of commits: the number is taken as the last thing of a
 * transaction, under a lock that is held until the commit can be seen. What is in the catalogue already comes first, in the
 * order of its publication.
 */
export class CatalogueChanges1798500000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE catalogue_change (
        n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        entry_id text NOT NULL,
        version integer NOT NULL,
        at timestamptz NOT NULL,
        provider_before text,
        visibility_before text,
        provider_after text,
        visibility_after text
      )`);
    await runner.query('CREATE INDEX catalogue_change_by_entry ON catalogue_change (entry_id, n)');
    await runner.query(`
      INSERT INTO catalogue_change (entry_id, version, at, provider_after, visibility_after)
      SELECT id, version, updated_at, provider_id, metadata_visibility
      FROM entry WHERE status = 'PUBLISHED' ORDER BY published_on, updated_at, id`);
    await runner.query(`
      CREATE FUNCTION note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('catalogue_change', 0));
        INSERT INTO catalogue_change
          (entry_id, version, at, provider_before, visibility_before, provider_after, visibility_after)
        SELECT NEW.id, NEW.version, NEW.updated_at,
          CASE WHEN was THEN OLD.provider_id END, CASE WHEN was THEN OLD.metadata_visibility END,
          CASE WHEN is_now THEN NEW.provider_id END, CASE WHEN is_now THEN NEW.metadata_visibility END
        FROM (SELECT TG_OP = 'UPDATE' AND OLD.status = 'PUBLISHED' AS was, NEW.status = 'PUBLISHED' AS is_now) AS published;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER catalogue_change_of_new AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.status = 'PUBLISHED') EXECUTE FUNCTION note_catalogue_change()`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER catalogue_change_of_known AFTER UPDATE ON entry DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (
        (OLD.status = 'PUBLISHED' OR NEW.status = 'PUBLISHED')
        AND (OLD.status, OLD.version, OLD.provider_id, OLD.metadata_visibility, OLD.content)
          IS DISTINCT FROM (NEW.status, NEW.version, NEW.provider_id, NEW.metadata_visibility, NEW.content))
      EXECUTE FUNCTION note_catalogue_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER catalogue_change_of_known ON entry');
    await runner.query('DROP TRIGGER catalogue_change_of_new ON entry');
    await runner.query('DROP FUNCTION note_catalogue_change');
    await runner.query('DROP TABLE catalogue_change');
  }
}
