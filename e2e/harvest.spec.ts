import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@qiongtong/testing';
import { ADMINISTRATOR, DEPARTMENTS, ORGANS, responsibleOf, submitterOf, systemOf } from './province/bodies';
import { Province } from './province/province';
import { admit, register, registerSystem } from './province/registers';
import { entryOf, MARRIAGES } from './province/resources';

jest.setTimeout(240_000);

const REVISED = 4;
const NEW = 14;
const WITHDRAWN = 4;
const KILLS = 3;

type Told = Readonly<{ change: string; entryId: string; version: number; entry: object | null }>;
/** What another catalogue keeps, all of it or nothing at a time. */
type Kept = Readonly<{ cursor: string; changes: readonly Told[] }>;

/** A catalogue that follows ours, and dies now and then with the page that it was about to keep. */
class Harvester {
  private readonly folder = mkdtempSync(join(tmpdir(), 'qiongtong-harvest-'));
  crashes = 0;

  constructor(
    private readonly province: Province,
    private readonly systemId: string,
    start: string,
  ) {
    this.keep({ cursor: start, changes: [] });
  }

  get kept(): Kept {
    return JSON.parse(readFileSync(join(this.folder, 'kept'), 'utf8')) as Kept;
  }

  /** Until all of them are there. */
  async follow(changes: number): Promise<void> {
    for (let turn = 0; this.kept.changes.length < changes; turn++) {
      const { cursor, changes: before } = this.kept;
      const target = `/v1/catalogue/changes?limit=3&wait=2&cursor=${encodeURIComponent(cursor)}`;
      const token = await this.province.system(this.systemId);
      const answer = await this.province.call(token, 'GET', target).catch(() => null);
      if (answer?.status !== 200) {
        await sleep(100);
        continue;
      }
      const { items, next } = answer.body as unknown as { items: Told[]; next: string };
      if (items.length > 0 && turn % 3 === 1) this.crashes++;
      else this.keep({ cursor: next, changes: [...before, ...items] });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private keep(kept: Kept): void {
    writeFileSync(join(this.folder, 'new'), JSON.stringify(kept));
    renameSync(join(this.folder, 'new'), join(this.folder, 'kept'));
  }
}

describe('a catalogue that harvests ours', () => {
  let province: Province;
  const [submitter, responsible] = [submitterOf('mzt'), responsibleOf('mzt')];
  const pathOf = (id: string, act = '') => `/v1/catalogue/entries/${id}${act && `/${act}`}`;
  const act = (by: string, id: string, name: string) => province.done(by, 'POST', pathOf(id, name), {});

  beforeAll(async () => {
    province = await Province.start({ name: 'journey-harvest' });
    const departments = (['mzt', 'ybj'] as const).map((id) => DEPARTMENTS[id]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([admit(province, DEPARTMENTS.ybj), registerSystem(province, 'ybj')]);
  });
  afterAll(() => province?.stop());

  async function review(id: string, revision: unknown): Promise<void> {
    const secrecy = { reviewer: '保密审查员', unit: '办公室', date: '2026-01-01', conclusion: 'NON_SECRET' };
    const headers = { 'if-match': `"${String(revision)}"` };
    await province.done(responsible, 'PUT', pathOf(id, 'secrecy-review'), secrecy, { headers });
    await act(responsible, id, 'internal-review');
    await act(submitter, id, 'submission');
    await act(ADMINISTRATOR, id, 'review');
    await act(ADMINISTRATOR, id, 'approval');
  }
  async function approved(number: number): Promise<string> {
    const id = `203000-${String(number).padStart(6, '0')}`;
    const body = entryOf({ ...MARRIAGES, id, name: `第${number}项信息` });
    const { revision } = await province.done(submitter, 'POST', '/v1/catalogue/entries', body);
    await review(id, revision);
    return id;
  }
  async function revised(number: number): Promise<string> {
    const id = await approved(number);
    await act(responsible, id, 'publication');
    const { revision } = await act(submitter, id, 'revision');
    const headers = { 'if-match': `"${String(revision)}"` };
    const changed = await province.done(submitter, 'PATCH', pathOf(id), { abstract: '另有说明' }, { headers });
    await review(id, changed['revision']);
    return id;
  }
  /** The same act under the same key until it is answered for good, whoever dies meanwhile. */
  async function surely(id: string, name: string, body: object): Promise<void> {
    for (const key = randomUUID(); ;) {
      const answer = await province.asked(responsible, 'POST', pathOf(id, name), { body, key }).catch(() => null);
      if (answer && answer.status < 300) return;
      if (answer && answer.status < 500 && answer.body['code'] !== 'request.lost_race') throw new Error(answer.text);
      await sleep(100);
    }
  }

  it('[R14.1] goes on after its own crashes and those of the service, without a gap and without a repetition', async () => {
    const known = await Promise.all(Array.from({ length: REVISED }, (_, i) => revised(i + 1)));
    const fresh = await Promise.all(Array.from({ length: NEW }, (_, i) => approved(100 + i)));
    const first = await province.reads(systemOf('ybj'), '/v1/catalogue/changes', {}, 200);
    expect((first.body['items'] as Told[]).map(({ change, entryId }) => [change, entryId]).sort()).toEqual(
      known.map((id) => ['PUBLISHED', id]).sort(),
    );

    const expected = REVISED + NEW + WITHDRAWN;
    const harvester = new Harvester(province, systemOf('ybj'), String(first.body['next']));
    const following = harvester.follow(expected);
    const publishing = (async () => {
      for (const [i, id] of [...known, ...fresh].entries()) {
        await Promise.all([surely(id, 'publication', {}), sleep(150)]);
        if (i >= REVISED + NEW - WITHDRAWN)
          await surely(id, 'withdrawal', { ground: 'DUTY_ENDED', narrative: '职责调整' });
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(900);
      await province.platform.ready('catalogue');
      process.kill(province.platform.supervisor.pid('catalogue')!, 'SIGKILL');
    }
    await Promise.all([publishing, following]);

    const { changes } = harvester.kept;
    const told = changes.map(({ change, entryId, version }) => [change, entryId, version]);
    const committed = await withClient(province.platform.databaseUrl('catalogue'), async (client) => {
      const { rows } = await client.query<{ id: string; version: number; was: boolean; is: boolean }>(
        `SELECT entry_id AS id, version, provider_before IS NOT NULL AS was, provider_after IS NOT NULL AS is
         FROM catalogue_change ORDER BY n OFFSET $1`,
        [REVISED],
      );
      return rows.map(({ id, version, was, is }) => [is ? (was ? 'CHANGED' : 'PUBLISHED') : 'REMOVED', id, version]);
    });
    expect(committed).toHaveLength(expected);
    expect(told).toEqual(committed);
    expect(harvester.crashes).toBeGreaterThan(0);
    harvester.remove();
  });
});
