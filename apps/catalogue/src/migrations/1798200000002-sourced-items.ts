import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which elements the items of an entry refer to, found by element: what stands in `entry.content` of it, kept beside it by
 * the database whoever writes an entry. And the waivers of collecting twice; both go with an entry that is wiped.
 */
export class SourcedItems1798200000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE entry_element (
        entry_id text NOT NULL REFERENCES entry ON DELETE CASCADE,
        item_code text NOT NULL,
        element_id text NOT NULL,
        how text NOT NULL,
        PRIMARY KEY (entry_id, item_code)
      )`);
    await runner.query('CREATE INDEX entry_element_by_element ON entry_element (element_id, entry_id)');
    await runner.query(`
      CREATE FUNCTION elements_of_entries() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          DELETE FROM entry_element USING entry_after JOIN entry_before USING (id)
          WHERE entry_element.entry_id = id AND entry_after.content -> 'items' <> entry_before.content -> 'items';
        END IF;
        INSERT INTO entry_element (entry_id, item_code, element_id, how)
        SELECT id, item ->> 'code', item -> 'source' ->> 'elementId', item -> 'source' ->> 'how'
        FROM entry_after, jsonb_array_elements(content -> 'items') AS item
        WHERE item ? 'source' ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER elements_of_new AFTER INSERT ON entry REFERENCING NEW TABLE AS entry_after
      FOR EACH STATEMENT EXECUTE FUNCTION elements_of_entries()`);
    await runner.query(`
      CREATE TRIGGER elements_of_known AFTER UPDATE ON entry REFERENCING OLD TABLE AS entry_before NEW TABLE AS entry_after
      FOR EACH STATEMENT EXECUTE FUNCTION elements_of_entries()`);

    await runner.query(`
      CREATE TABLE collection_waiver (
        id text PRIMARY KEY,
        entry_id text NOT NULL REFERENCES entry ON DELETE CASCADE,
        element_id text NOT NULL REFERENCES data_element,
        population text NOT NULL,
        region_code text NOT NULL,
        department_id text NOT NULL,
        department_region text NOT NULL,
        collector_ids text[] NOT NULL,
        status text NOT NULL,
        until date NOT NULL,
        since date,
        document_number text,
        request jsonb NOT NULL,
        decision jsonb,
        revision integer NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX collection_waiver_asked ON collection_waiver (entry_id, element_id, population, region_code)
      WHERE status = 'REQUESTED'`);
    await runner.query('CREATE INDEX collection_waiver_by_entry ON collection_waiver (entry_id, id)');
    await runner.query('CREATE INDEX collection_waiver_by_department ON collection_waiver (department_id, id)');
    await runner.query(
      'CREATE INDEX collection_waiver_by_region ON collection_waiver (department_region text_pattern_ops, id)',
    );
    await runner.query('CREATE INDEX collection_waiver_by_collector ON collection_waiver USING gin (collector_ids)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE collection_waiver');
    await runner.query('DROP TRIGGER elements_of_known ON entry');
    await runner.query('DROP TRIGGER elements_of_new ON entry');
    await runner.query('DROP FUNCTION elements_of_entries');
    await runner.query('DROP TABLE entry_element');
  }
}
