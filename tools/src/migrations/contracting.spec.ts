import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { contractingSteps, upOf } from './contracting';

const WORKSPACE = resolve(__dirname, '../../..');

/**
 * Steps that no former build survives, each with why it may. Those below were made before there was a release that could
 * serve beside them. A new one stands here when no build that is still in service reads what it takes away.
 */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  '1795400000001-life-of-grants.ts': ['sets NOT NULL', 'takes a default away'],
  '1795500000000-calendar-versions.ts': ['renames', 'sets NOT NULL', 'takes a default away'],
  '1795600000000-admissions.ts': ['takes a default away'],
  '1797300001000-feed-channels.ts': ['takes a default away'],
  '1798000001000-changes-without-after.ts': ['drops a column'],
  '1798750000000-watches-and-reports.ts': ['drops a table or a view'],
};

const migrations = readdirSync(join(WORKSPACE, 'apps')).flatMap((app) => {
  const folder = join(WORKSPACE, 'apps', app, 'src', 'migrations');
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
});
const all = [...migrations, join(WORKSPACE, 'libs/platform/src/database/platform.migration.ts')];

describe('a step that the former build does not survive', () => {
  it.each([
    ['ALTER TABLE a DROP COLUMN b', 'drops a column'],
    ['ALTER TABLE a ADD c text, DROP b', 'drops a column'],
    ['DROP TABLE a', 'drops a table or a view'],
    ['ALTER TABLE a RENAME TO b', 'renames'],
    ['ALTER TABLE a\n  RENAME COLUMN b TO c', 'renames'],
    ['ALTER TABLE a RENAME b TO c', 'renames'],
    ['ALTER TABLE a ALTER b SET NOT NULL', 'sets NOT NULL'],
    ['ALTER TABLE a ALTER COLUMN b DROP DEFAULT', 'takes a default away'],
    ['ALTER TABLE a ALTER b TYPE bigint', 'changes a type'],
    ['ALTER TABLE a ALTER COLUMN b SET DATA TYPE bigint', 'changes a type'],
    ['ALTER TABLE a ADD COLUMN b text NOT NULL', 'adds a column that must be given'],
    ["ALTER TABLE a ADD b text DEFAULT '', ADD c numeric(10, 2) NOT NULL", 'adds a column that must be given'],
    ["ALTER TABLE a ADD b text NOT NULL CHECK (b IN ('x', 'y'))", 'adds a column that must be given'],
  ])('is seen in: %s', (sql, what) => {
    expect(contractingSteps(sql)).toEqual([what]);
  });

  it.each([
    'CREATE TABLE a (b text NOT NULL)',
    'ALTER TABLE a ADD COLUMN b text',
    "ALTER TABLE a ADD b text NOT NULL DEFAULT ''",
    'ALTER TABLE a ADD b text, ADD c numeric(10, 2) NOT NULL DEFAULT 0',
    'ALTER TABLE a ADD CONSTRAINT c CHECK (b IS NOT NULL)',
    'ALTER TABLE a ALTER b DROP NOT NULL',
    'ALTER TABLE a DROP CONSTRAINT c',
    'DROP INDEX a; CREATE INDEX a ON b (c)',
    '-- RENAME TO b, later\nALTER TABLE a ADD b text',
  ])('is not: %s', (sql) => {
    expect(contractingSteps(sql)).toEqual([]);
  });
});

describe('a roll-out without downtime', () => {
  it('is given migrations of which the former build survives each, or which stand in the list of contracts', () => {
    const found = all.map((file) => [basename(file), [...new Set(contractingSteps(upOf(readFileSync(file, 'utf8'))))]]);
    expect(found.length).toBeGreaterThan(60);
    const contracts = found.filter(([, steps]) => steps!.length > 0) as [string, string[]][];
    expect(Object.fromEntries(contracts.map(([name, steps]) => [name, steps.sort()]))).toEqual(CONTRACT);
  });
});
