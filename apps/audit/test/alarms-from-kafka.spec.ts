import { withClient } from '@qiongtong/testing';
import { aFact, facts } from './facts';
import { anOfficer, auditor, RunningAudit } from './running-audit';

type Alarm = Readonly<{
  alarmId: string;
  kind: string;
  status: string;
  subject: string;
  found: Readonly<Record<string, unknown>>;
  evidence: Readonly<Record<string, unknown>> | null;
  meaning: Readonly<{ zh: string; en: string }>;
  whatToDo: Readonly<{ zh: string; en: string }>;
}>;
type Page = Readonly<{ items: Alarm[]; next: string | null }>;

let audit: RunningAudit;
beforeAll(async () => {
  audit = await RunningAudit.create(0);
  await audit.start({ HEARTBEAT_SECONDS: '1', STALLED_ALARM_SECONDS: '2', GAP_ALARM_SECONDS: '1' });
});
afterAll(() => audit.close(), 30_000);

const list = async (query = ''): Promise<Page> => (await audit.get(`/v1/audit/alarms${query}`, auditor)).json<Page>();
const entriesAbout = (alarmId: string): Promise<{ type: string }[]> =>
  audit.query(`SELECT type FROM log_entry WHERE key = '${alarmId}' ORDER BY index`);
const alarmOf = async (kind: string, closed: boolean): Promise<string> => {
  const [row] = await audit.until<{ id: string }>(
    `SELECT id FROM alarm WHERE kind = '${kind}' AND (closed_at IS NOT NULL) = ${closed}`,
    1,
    30_000,
  );
  return row!.id;
};

describe('[R14.9] a log that sees to its own completeness', () => {
  it('gets an entry when nothing else happens, so that its newest checkpoint is never old', async () => {
    await audit.until(`SELECT 1 FROM log_entry WHERE type = 'audit.heartbeat-said.v1'`, 2);
    const { items } = await list();
    expect(items).toEqual([]);
  });

  it('says that its sealer stands still, in its alarms, in a metric and in its health, and seals both ends of it', async () => {
    const [replica] = audit.replicas;
    const watched = async () =>
      ((await (await fetch(`${replica!.url}/health/ready`)).json()) as { ready: boolean; watched: object }).watched;
    const metrics = async () => (await fetch(`${replica!.metricsUrl}/metrics`)).text();
    expect(await watched()).toEqual({ sealer: 'up' });
    const alarmId = await withClient(audit.database.url, async (client) => {
      // Somebody keeps the sealer from writing; reading and every other part go on.
      await client.query('BEGIN');
      await client.query('LOCK TABLE tile IN EXCLUSIVE MODE');
      await audit.produce(facts(1, 20));
      const raised = await alarmOf('SEALER_STALLED', false);
      expect(await watched()).toEqual({ sealer: 'down' });
      expect(await metrics()).toMatch(/qiongtong_audit_alarms_open\{kind="SEALER_STALLED"\} 1/);
      const [open] = (await list('?status=open&kind=SEALER_STALLED')).items;
      expect(open).toMatchObject({ alarmId: raised, subject: 'sealer', status: 'open', evidence: null });
      expect(open!.whatToDo.zh).toContain('签名密钥');
      await client.query('ROLLBACK');
      return raised;
    });
    await alarmOf('SEALER_STALLED', true);
    const [closed] = (await list('?status=closed')).items;
    expect(closed).toMatchObject({ alarmId, status: 'closed', evidence: { size: expect.any(Number) as number } });
    await audit.until(`SELECT 1 FROM log_entry WHERE key = '${alarmId}'`, 2);
    expect((await entriesAbout(alarmId)).map(({ type }) => type)).toEqual([
      'audit.alarm-raised.v1',
      'audit.alarm-closed.v1',
    ]);
    expect(await watched()).toEqual({ sealer: 'up' });
  });

  it('says which numbers are missing until they come', async () => {
    await audit.produce([aFact({ n: 1, topic: 'facts.exchange' }), aFact({ n: 3, topic: 'facts.exchange' })]);
    const alarmId = await alarmOf('SEQUENCE_GAP', false);
    const [open] = (await list('?status=open&kind=SEQUENCE_GAP')).items;
    expect(open!.found).toMatchObject({ topic: 'facts.exchange', missing: 1, ranges: [{ from: 2, to: 2 }] });
    await audit.produce([aFact({ n: 2, topic: 'facts.exchange' })]);
    await alarmOf('SEQUENCE_GAP', true);
    await audit.until(`SELECT 1 FROM log_entry WHERE key = '${alarmId}'`, 2);
  });

  it('tells the auditor and the authority page by page, nobody else, and keeps that they asked', async () => {
    const first = await list('?limit=1');
    const second = await list(`?limit=1&cursor=${first.next}`);
    expect([first.items.length, second.items.length]).toEqual([1, 1]);
    expect(second.items[0]!.alarmId < first.items[0]!.alarmId).toBe(true);
    expect((await list('?kind=OUTCOME_MISSING')).items).toEqual([]);
    expect((await audit.get('/v1/audit/alarms?kind=OTHER', auditor)).status).toBe(400);
    for (const by of [anOfficer('hk-mzj', 'REVIEWER'), anOfficer('yyzx', 'PLATFORM_OPERATOR')])
      expect((await audit.get('/v1/audit/alarms', by)).json<{ code: string }>().code).toBe('access.role_required');
    expect((await audit.get('/v1/audit/alarms', anOfficer('gxt', 'PROVINCIAL_AUTHORITY'))).status).toBe(200);
    const readings = `SELECT 1 FROM log_entry WHERE type = 'audit.log-read.v1' AND entry::jsonb #>> '{data,what}' = 'alarms'`;
    await audit.until(readings, 3);
  });
});
