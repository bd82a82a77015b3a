import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Texts of entries may go to an archive, and nothing else of an entry ever changes. */
export class Retention1798750000001 implements MigrationInterface {
  readonly name = 'Retention1798750000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What was written to the archive, read back and found whole; each part begins where the one before ends.
      CREATE TABLE log_archive (
        from_index bigint PRIMARY KEY,
        to_index bigint NOT NULL UNIQUE,
        root bytea NOT NULL,
        note text NOT NULL,
        manifest_sha256 text NOT NULL,
        place text NOT NULL,
        archived_at timestamptz NOT NULL,
        -- Entries whose text is still here, because it was not its turn or a hold is on it.
        still_here bigint NOT NULL,
        pruned_at timestamptz,
        CHECK (from_index < to_index AND from_index % 256 = 0 AND to_index % 256 = 0)
      );
      CREATE INDEX log_archive_still_here ON log_archive (from_index) WHERE still_here > 0;
      CREATE TABLE legal_hold (
        id uuid PRIMARY KEY,
        -- As entries are found by it.
        term text NOT NULL,
        object_id text NOT NULL,
        ground text NOT NULL,
        document text NOT NULL,
        placed_by text NOT NULL,
        placed_at timestamptz NOT NULL,
        lifted_by text,
        lifted_at timestamptz,
        CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
      );
      CREATE INDEX legal_hold_placed ON legal_hold (placed_at, id);
      CREATE INDEX legal_hold_term ON legal_hold (term) WHERE lifted_at IS NULL;

      ALTER TABLE log_entry ALTER COLUMN entry DROP NOT NULL;
      DROP TRIGGER append_only ON log_entry;
      CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON log_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE FUNCTION refuse_all_but_pruning() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE pruned log_entry := OLD;
        BEGIN
          pruned.entry := NULL;
          IF NEW IS NOT DISTINCT FROM pruned AND OLD.index < (SELECT max(to_index) FROM log_archive)
          THEN RETURN NEW; END IF;
          RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$;
      CREATE TRIGGER only_pruning BEFORE UPDATE ON log_entry
        FOR EACH ROW EXECUTE FUNCTION refuse_all_but_pruning();
      DROP TRIGGER append_only ON large_message;
      CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON large_message
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE FUNCTION refuse_unless_archived() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.entry_index < (SELECT max(to_index) FROM log_archive) THEN RETURN OLD; END IF;
          RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$;
      CREATE TRIGGER only_pruning BEFORE DELETE ON large_message
        FOR EACH ROW EXECUTE FUNCTION refuse_unless_archived();
    `);
  }

  /** Texts that are in the archive alone would have to be put back first: then this fails, and nothing is lost. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE log_entry ALTER COLUMN entry SET NOT NULL;
      DROP TRIGGER only_pruning ON log_entry;
      DROP TRIGGER append_only ON log_entry;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      DROP TRIGGER only_pruning ON large_message;
      DROP TRIGGER append_only ON large_message;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON large_message
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      DROP FUNCTION refuse_all_but_pruning, refuse_unless_archived;
      DROP TABLE log_archive, legal_hold;
    `);
  }
}
