import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaDriver } from '@qiongtong/platform';
import { WORKSPACE } from '@qiongtong/testing';
import { leafHash } from '../src/log/domain/hashing';
import { openNote } from '../src/log/domain/note';
import { append, EMPTY_FRONTIER, rootOfFrontier } from '../src/log/domain/tiles';
import type { RunningAudit } from './running-audit';

const VERIFY = join(WORKSPACE, 'tools/verify/verify.mjs');
type Row = Readonly<{ index: string; entry: string; topic: string; partition: number; n: string }>;

/**
 * One log with one past, whatever happened to those who sealed it: every fact that was sent, once and in its
 * producer's order, under checkpoints of which each extends the one before it, in the database, on the broker and in files.
 *
 * @param sent how many facts, numbered from 1, each `topic/partition` got
 */
export async function expectOneHistory(audit: RunningAudit, driver: KafkaDriver, sent: ReadonlyMap<string, number>) {
  const entries = await audit.query<Row>('SELECT index, entry, topic, partition, n FROM log_entry ORDER BY index');
  expect(entries.findIndex(({ index }, i) => Number(index) !== i)).toBe(-1);
  for (const [place, count] of sent) {
    const numbers = entries
      .filter(({ topic, partition }) => `${topic}/${partition}` === place)
      .map(({ n }) => Number(n));
    expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  }
  expect(await audit.query('SELECT 1 FROM number_gap UNION ALL SELECT 1 FROM number_conflict')).toEqual([]);

  const [log] = await audit.query<{ key: string }>('SELECT verifier_key AS key FROM log');
  const notes = new Set((await audit.query<{ note: string }>('SELECT note FROM checkpoint')).map(({ note }) => note));
  await driver.readAll('audit.checkpoints', ({ value }) => {
    notes.add((JSON.parse(String(value)) as { note: string }).note);
  });
  const heads = [...notes].map((note) => openNote(note, log!.key)!).sort((a, b) => a.size - b.size);
  let frontier = EMPTY_FRONTIER;
  for (const head of heads) {
    const more = entries.slice(frontier.size, head.size).map(({ entry }) => leafHash(Buffer.from(entry)));
    frontier = append(frontier, more).frontier;
    expect({ size: frontier.size, root: rootOfFrontier(frontier) }).toEqual(head);
  }
  expect(heads.at(-1)!.size).toBe(entries.length);

  const files = join(audit.folder, 'log');
  if (!existsSync(join(files, 'checkpoint'))) return;
  const { stdout, stderr } = spawnSync(process.execPath, [VERIFY, 'folder', files, '--key', log!.key], {
    encoding: 'utf8',
  });
  expect(stdout + stderr).toMatch(/^OK: \d+ entries in files/);
}
