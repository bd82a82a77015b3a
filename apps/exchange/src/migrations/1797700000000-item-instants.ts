import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reads an item's text as an instant; null where it is none. The text says its offset, so that no setting of a session
 * changes what comes out, which the database cannot know of the cast by itself: only so may an index hold it.
 */
export const ITEM_INSTANT = `
  CREATE FUNCTION item_instant(value text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    RETURN CASE
      WHEN value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[+-](0[0-9]|1[0-5]):[0-5][0-9])$'
        AND pg_input_is_valid(value, 'timestamptz') THEN value::timestamptz END;
  END $$`;

export class ItemInstants1797700000000 implements MigrationInterface {
  name = 'ItemInstants1797700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ITEM_INSTANT);
  }

  /** With the indexes that were built on it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION item_instant CASCADE');
  }
}
