import { setTimeout as sleep } from 'node:timers/promises';
import type { Principal } from '@qiongtong/contracts';
import { withClient } from '@qiongtong/testing';
import { anOfficer, authority, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

type Told = Readonly<{
  change: string;
  entryId: string;
  version: number;
  entry: { status: string; items: unknown[] } | null;
}>;
type Page = Readonly<{ items: Told[]; next: string; more: boolean }>;
const CHANGES = '/v1/catalogue/changes';
const NOT_SHARED = {
  ...{ sharingType: 'NOT_SHARED', deliveryMode: 'NONE', metadataVisibility: 'HIDDEN' },
  ...{ sharingCondition: null, sensitivityReason: null, sharingMethods: [] },
  legalBasis: { law: '某法', article: '第一条', documentNumber: '1号' },
};
/** What is said where an entry is not shared, also where it was before. */
const EXAMINED = {
  submission: {
    stricterClass: { narrative: '依法不再共享', basis: { law: '某法', article: '第三条', documentNumber: '1号' } },
  },
  approval: { basisExamined: true, stricterClassConsented: true, remarks: '依法同意' },
};

describe('the feed of catalogue changes', () => {
  let catalogue: RunningCatalogue;
  const lives = livesIn(() => catalogue);
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations({ id: 'mzt', name: '海南省民政厅' });
  });
  afterAll(() => catalogue.close());

  const page = async (by: Principal, cursor?: string, more = '', limit = 3): Promise<Page> => {
    const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await catalogue.call('GET', `${CHANGES}?limit=${limit}${from}${more}`, by);
    expect(status).toBe(200);
    return body as unknown as Page;
  };
  /** Everything from a cursor to the present. */
  const harvest = async (by: Principal, from?: string): Promise<Page> => {
    const items: Told[] = [];
    for (let cursor = from; ;) {
      const { items: found, next, more } = await page(by, cursor);
      items.push(...found);
      cursor = next;
      if (!more) return { items, next, more };
    }
  };
  const said = ({ items }: Page) => items.map(({ change, entryId, version }) => [change, entryId, version]);

  it('[R14.1] tells what was published, changed and removed, to each as they may see it', async () => {
    const start = (await page(stranger, 'now')).next;
    const [ofProvider, ofAuthority] = [(await page(submitter, 'now')).next, (await page(authority, 'now')).next];
    const open = await lives.anEntryIn('PUBLISHED');
    const summary = await lives.anEntryIn('PUBLISHED', { metadataVisibility: 'SUMMARY' });
    const hiddenLater = await lives.anEntryIn('PUBLISHED');
    const hidden = await lives.anEntryIn('PUBLISHED', NOT_SHARED, EXAMINED);
    await lives.anEntryIn('APPROVED');
    await lives.revised(hiddenLater, NOT_SHARED, 'PUBLISHED', EXAMINED);
    await lives.revised(open, { abstract: '改过的摘要' }, 'PUBLISHED');

    const other = await harvest(stranger, start);
    expect(said(other).slice(0, 5)).toEqual([
      ['PUBLISHED', open, 1],
      ['PUBLISHED', summary, 1],
      ['PUBLISHED', hiddenLater, 1],
      ['REMOVED', hiddenLater, 2],
      ['CHANGED', open, 2],
    ]);
    expect(other.items[0]!.entry).toMatchObject({ id: open, abstract: '改过的摘要', status: 'PUBLISHED' });
    expect(other.items[0]!.entry).not.toHaveProperty('draftedBy');
    expect(other.items[1]!.entry!.items).toEqual([]);
    expect(other.items[2]!.entry).toBeNull();
    expect(other.items[3]!.entry).toBeNull();
    for (const [by, from] of [[submitter, ofProvider], [authority, ofAuthority]] as const) {
      const whole = await harvest(by, from);
      expect(said(whole).slice(0, 6)).toEqual([
        ['PUBLISHED', open, 1],
        ['PUBLISHED', summary, 1],
        ['PUBLISHED', hiddenLater, 1],
        ['PUBLISHED', hidden, 1],
        ['CHANGED', hiddenLater, 2],
        ['CHANGED', open, 2],
      ]);
      expect(whole.items[1]!.entry!.items).toHaveLength(2);
      expect(whole.items[0]!.entry).toHaveProperty('draftedBy');
    } // prettier-ignore
  });

  it('[R14.1] tells a withdrawal as a removal, and to its provider what became of the entry', async () => {
    const id = await lives.anEntryIn('PUBLISHED');
    const [other, own] = [(await page(stranger, 'now')).next, (await page(submitter, 'now')).next];
    await catalogue.query(`UPDATE entry SET status = 'WITHDRAWN' WHERE id = $1`, [id]);
    expect((await harvest(stranger, other)).items).toMatchObject([{ change: 'REMOVED', entryId: id, entry: null }]);
    expect((await harvest(submitter, own)).items).toMatchObject([
      { change: 'REMOVED', entryId: id, entry: { status: 'WITHDRAWN' } },
    ]);
  });

  it('[R14.1] begins with what there is, each entry once, and never says what there was and is hidden or gone', async () => {
    const { items, next } = await harvest(stranger);
    const there = await catalogue.query<{ id: string }>(
      `SELECT id FROM entry WHERE status = 'PUBLISHED' AND metadata_visibility <> 'HIDDEN'`,
    );
    expect(items.map(({ entryId }) => entryId).sort()).toEqual(there.map(({ id }) => id).sort());
    expect(items.every(({ change, entry }) => change === 'PUBLISHED' && entry !== null)).toBe(true);
    expect((await harvest(stranger, next)).items).toEqual([]);
  });

  it('tells nothing of acts that change nothing of what is published', async () => {
    const id = await lives.anEntryIn('PUBLISHED');
    const { next } = await page(submitter, 'now');
    expect(await lives.post(id, 'revision', submitter)).toMatchObject({ status: 201 });
    await lives.patch(id, { abstract: '另一个摘要' });
    expect(await lives.post(id, 'revision/abandonment', submitter)).toMatchObject({ status: 200 });
    expect((await harvest(submitter, next)).items).toEqual([]);
  });

  it('takes a cursor only of the same department and the same authority', async () => {
    const { next } = await page(stranger);
    for (const by of [submitter, anOfficer({ ...stranger, roles: ['PROVINCIAL_AUTHORITY'] })]) {
      const { status, body } = await catalogue.call('GET', `${CHANGES}?cursor=${encodeURIComponent(next)}`, by);
      expect([status, body['code']]).toEqual([400, 'request.bad_cursor']);
    }
    for (const bad of ['cursor=AAAA', `cursor=${'A'.repeat(5000)}`, 'wait=60', 'limit=0', 'since=1'])
      expect((await catalogue.call('GET', `${CHANGES}?${bad}`, stranger)).status).toBe(400);
  });

  it('waits for the next change where that is wanted, and no longer than that', async () => {
    const id = await lives.anEntryIn('PUBLISHED');
    const { next } = await page(stranger, 'now');
    const begun = performance.now();
    expect((await page(stranger, next, '&wait=1')).items).toEqual([]);
    expect(performance.now() - begun).toBeGreaterThan(900);
    const waiting = page(stranger, next, '&wait=20');
    await sleep(400);
    await catalogue.query(`UPDATE entry SET version = version + 1 WHERE id = $1`, [id]);
    const { items } = await waiting;
    expect(items).toMatchObject([{ change: 'CHANGED', entryId: id }]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('tells a transaction that commits last of all as the last, whenever it began', async () => {
    const [slow, quick] = [await lives.anEntryIn('PUBLISHED'), await lives.anEntryIn('PUBLISHED')];
    const { next } = await page(submitter, 'now');
    const publish = 'UPDATE entry SET version = version + 1 WHERE id = $1';
    await withClient(catalogue.databaseUrl, async (client) => {
      await client.query('BEGIN');
      await client.query(publish, [slow]);
      await catalogue.query(publish, [quick]);
      const first = await harvest(submitter, next);
      expect(said(first)).toEqual([['CHANGED', quick, 2]]);
      await client.query('COMMIT');
      expect(said(await harvest(submitter, first.next))).toEqual([['CHANGED', slow, 2]]);
    });
  });

  it('tells nothing of a later commit while an earlier one is not through', async () => {
    const [slow, quick] = [await lives.anEntryIn('PUBLISHED'), await lives.anEntryIn('PUBLISHED')];
    const { next } = await page(submitter, 'now');
    // The commit itself takes long, after its number was taken.
    await catalogue.query(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER zz_dawdle AFTER UPDATE ON entry DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.id = '${slow}') EXECUTE FUNCTION dawdle()`);
    const publish = 'UPDATE entry SET version = version + 1 WHERE id = $1';
    const first = catalogue.query(publish, [slow]);
    await sleep(300);
    const second = catalogue.query(publish, [quick]);
    await sleep(300);
    const meanwhile = await harvest(submitter, next);
    await Promise.all([first, second]);
    await catalogue.query('DROP FUNCTION dawdle CASCADE');
    const after = await harvest(submitter, meanwhile.next);
    expect([...said(meanwhile), ...said(after)]).toEqual([
      ['CHANGED', slow, 2],
      ['CHANGED', quick, 2],
    ]);
  });

  it('passes over no change and tells none twice while many are published at once', async () => {
    const ids = await Promise.all(Array.from({ length: 16 }, () => lives.anEntryIn('DRAFT')));
    let { next } = await page(submitter, 'now');
    let publishing = true;
    const told: unknown[] = [];
    const reading = (async () => {
      for (let last = false; ;) {
        const { items, next: reached, more } = await page(submitter, next, '', 200);
        told.push(...items.map(({ entryId, version }) => [entryId, version]));
        next = reached;
        if (last && !more) return;
        last = !publishing && !more;
      }
    })();
    const publish = `UPDATE entry SET status = 'PUBLISHED', version = $2 WHERE id = $1`;
    await Promise.all(
      ids.map((id) =>
        withClient(catalogue.databaseUrl, async (client) => {
          for (let version = 1; version <= 40; version++) {
            await client.query('BEGIN');
            await client.query(publish, [id, version]);
            await client.query(version % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
          }
        }),
      ),
    );
    publishing = false;
    await reading;
    const committed = await catalogue.query<{ id: string; version: number }>(
      'SELECT entry_id AS id, version FROM catalogue_change WHERE entry_id = ANY($1) ORDER BY n',
      [ids],
    );
    expect(committed).toHaveLength(16 * 32);
    expect(told).toEqual(committed.map(({ id, version }) => [id, version]));
  });
});
