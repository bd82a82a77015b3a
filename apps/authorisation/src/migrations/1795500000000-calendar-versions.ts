import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A year's calendar becomes the first version of it, and every clock knows by how many versions it was counted. */
export class CalendarVersions1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE working_day_calendar RENAME TO calendar_version;
      ALTER TABLE calendar_version
        DROP CONSTRAINT working_day_calendar_pkey,
        ADD COLUMN id text,
        ADD COLUMN version integer NOT NULL DEFAULT 1,
        ADD COLUMN edition integer,
        ADD COLUMN reason text NOT NULL DEFAULT '平台初始日历',
        ADD COLUMN published_by text NOT NULL DEFAULT 'platform',
        ADD COLUMN published_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN moved jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN recounted_at timestamptz DEFAULT now(),
        -- No message has told of it: a migration sends none.
        ADD COLUMN seeded boolean NOT NULL DEFAULT true;
      UPDATE calendar_version SET id = year || '-1', edition = numbered.edition
        FROM (SELECT year AS of, row_number() OVER (ORDER BY year) AS edition FROM calendar_version) AS numbered
        WHERE year = numbered.of;
      ALTER TABLE calendar_version
        ADD PRIMARY KEY (id),
        ALTER COLUMN edition SET NOT NULL,
        ALTER COLUMN version DROP DEFAULT,
        ALTER COLUMN reason DROP DEFAULT,
        ALTER COLUMN published_by DROP DEFAULT,
        ALTER COLUMN published_at DROP DEFAULT,
        ALTER COLUMN recounted_at DROP DEFAULT,
        ALTER COLUMN seeded SET DEFAULT false,
        ADD CONSTRAINT calendar_version_of_year UNIQUE (year, version),
        ADD CONSTRAINT calendar_version_edition UNIQUE (edition);
      CREATE INDEX calendar_version_unfinished ON calendar_version (edition) WHERE recounted_at IS NULL`);
    // What has ended was counted by the calendars that were there; what runs is counted once more, which moves nothing
    // unless it was wrong.
    await runner.query(`
      UPDATE sharing_application SET clock = clock || jsonb_build_object('moves', jsonb_build_array(), 'calendarEdition',
        CASE WHEN clock ->> 'endedAt' IS NULL THEN 0 ELSE (SELECT count(*) FROM calendar_version) END)
        WHERE clock IS NOT NULL;
      UPDATE sharing_application
        SET decision = jsonb_set(decision, '{provide}', decision -> 'provide' || '{"calendarEdition": 0, "moves": []}')
        WHERE jsonb_typeof(decision -> 'provide') = 'object';
      ALTER TABLE sharing_application
        ADD COLUMN calendar_edition integer GENERATED ALWAYS AS ((clock ->> 'calendarEdition')::integer) STORED,
        ADD COLUMN provision_edition integer
          GENERATED ALWAYS AS ((decision -> 'provide' ->> 'calendarEdition')::integer) STORED;
      CREATE INDEX sharing_application_counted ON sharing_application (id) INCLUDE (calendar_edition)
        WHERE clock ->> 'endedAt' IS NULL AND clock ->> 'dueAt' IS NOT NULL;
      CREATE INDEX sharing_application_to_provide
        ON sharing_application ((decision -> 'provide' ->> 'dueAt'), provision_edition);
      CREATE INDEX sharing_application_provided_provisionally ON sharing_application (provision_edition)
        WHERE decision -> 'provide' ->> 'provisional' = 'true';

      ALTER TABLE consent_case
        ADD COLUMN calendar_edition integer NOT NULL DEFAULT 0,
        ADD COLUMN moves jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN working_days integer;
      -- How many were configured when it was proposed is told by what they came to.
      UPDATE consent_case SET working_days = (
        SELECT count(*)
        FROM generate_series((proposed_at AT TIME ZONE 'Asia/Shanghai')::date + 1,
          (due_at AT TIME ZONE 'Asia/Shanghai')::date, interval '1 day') AS day
          LEFT JOIN calendar_version ON year = extract(year FROM day)
        WHERE CASE WHEN make_up_days ? day::date::text THEN true WHEN holidays ? day::date::text THEN false
          ELSE extract(isodow FROM day) < 6 END) WHERE NOT emergency;
      CREATE INDEX consent_case_counted ON consent_case (id) INCLUDE (calendar_edition)
        WHERE status = 'PROPOSED' AND working_days IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX consent_case_counted;
      ALTER TABLE consent_case DROP COLUMN calendar_edition, DROP COLUMN moves, DROP COLUMN working_days;
      DROP INDEX sharing_application_counted, sharing_application_to_provide, sharing_application_provided_provisionally;
      ALTER TABLE sharing_application DROP COLUMN calendar_edition, DROP COLUMN provision_edition;
      DELETE FROM calendar_version AS former USING calendar_version AS later
        WHERE former.year = later.year AND former.version < later.version;
      ALTER TABLE calendar_version DROP CONSTRAINT calendar_version_pkey;
      ALTER TABLE calendar_version
        DROP COLUMN id, DROP COLUMN version, DROP COLUMN edition, DROP COLUMN reason, DROP COLUMN published_by,
        DROP COLUMN published_at, DROP COLUMN moved, DROP COLUMN recounted_at, DROP COLUMN seeded,
        ADD CONSTRAINT working_day_calendar_pkey PRIMARY KEY (year);
      ALTER TABLE calendar_version RENAME TO working_day_calendar`);
  }
}
