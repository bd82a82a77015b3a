import { randomUUID } from 'node:crypto';
import type { AccessRecord, MisuseRule, Use } from '@qiongtong/contracts';
import { anAccessRecord } from '@qiongtong/testing';
import { startAuthorisation, eventually, type RunningAuthorisation } from './authorisation';
import { aDepartment, admin, officer, reviewer } from './world';

type Sent = Readonly<{ record: AccessRecord; at: string; partition?: number; n?: number }>;
const HOUR = 3_600_000;

/** Access records as the gateway writes them, from Kafka to alerts. */
describe('the misuse watch', () => {
  let service: RunningAuthorisation;
  const numbers = [0, 0, 0, 0];
  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'wjw']) await aDepartment(service, id);
  });
  afterAll(() => service.close());

  const aRecord = (caller: string, over: Partial<AccessRecord> = {}, use: Partial<Use> = {}): AccessRecord =>
    anAccessRecord({ decisionId: randomUUID(), ...over }, { systemId: caller, departmentId: 'ybj', ...use });
  const refused = (caller: string, code: string, use: Partial<Use> = {}) =>
    aRecord(
      caller,
      {
        outcome: 'refused',
        effect: 'deny',
        rows: null,
        delivery: null,
        reasons: [{ code, requirement: 'R', article: 12 }],
      },
      use,
    );
  const page = (caller: string, rows: number) =>
    aRecord(caller, { rows, delivery: 'stored:k:1:root:d' }, { matterNumber: null });
  const many = (count: number, record: (i: number) => AccessRecord, at = new Date().toISOString()): Sent[] =>
    Array.from({ length: count }, (_, i) => ({ record: record(i), at }));
  const send = async (sent: readonly Sent[]) => {
    await service.accesses(
      sent.map((one) => {
        const { record, partition = 0 } = one;
        return { ...one, partition, type: `access.${record.outcome}.v1`, n: one.n ?? ++numbers[partition]! };
      }),
    );
  };

  const alertsOf = async (callerId: string) =>
    await service.query<{ id: string; rule: MisuseRule; figures: Record<string, number>; status: string }>(
      'SELECT id, rule, figures, status FROM misuse_alert WHERE caller_id = $1 ORDER BY rule, window_from',
      [callerId],
    );
  const rulesOf = async (callerId: string) => (await alertsOf(callerId)).map(({ rule }) => rule);
  /** A working Monday of this year's calendar at this hour in Hainan. */
  const monday = (hour: number, weeksBefore = 0) =>
    new Date(Date.parse('2026-06-08T00:00:00+08:00') + hour * HOUR - weeksBefore * 7 * 24 * HOUR).toISOString();

  it.each([
    [
      'OFF_HOURS_BULK',
      (c: string) => many(4, () => page(c, 5_000), monday(3)),
      (c: string) => many(1, () => page(c, 19_999), monday(3)),
    ],
    [
      'BEYOND_SCOPE',
      (c: string) => many(5, () => refused(c, 'access.officer_beyond_scope'), monday(10)),
      (c: string) => many(4, () => refused(c, 'access.officer_beyond_scope'), monday(10)),
    ],
    [
      'WITHOUT_MATTER_NUMBER',
      (c: string) => many(1_000, () => aRecord(c, {}, { matterNumber: null }), monday(10)),
      (c: string) => many(999, () => aRecord(c, {}, { matterNumber: null }), monday(10)),
    ],
    [
      'VERIFY_PROBING',
      (c: string) => many(50, () => aRecord(c, { rows: 0 }, { action: 'verify' }), monday(10)),
      (c: string) => many(49, () => aRecord(c, { rows: 0 }, { action: 'verify' }), monday(10)),
    ],
    [
      'KEY_USED_ELSEWHERE',
      // Its own system is answered all the while.
      (c: string) =>
        many(5, (i) => (i % 2 === 0 ? refused(c, 'access.address_not_registered') : aRecord(c)), monday(10)),
      (c: string) => many(2, () => refused(c, 'access.address_not_registered'), monday(10)),
    ],
    [
      'REFUSALS_IN_A_ROW',
      (c: string) => many(30, () => refused(c, 'access.no_grant'), monday(10)),
      (c: string) => many(29, () => refused(c, 'access.no_grant'), monday(10)),
    ],
    [
      'MANY_SUBJECTS_PER_MATTER',
      (c: string) => many(20, (i) => aRecord(c, { delivery: `inline:k:1:r:h${i}` }, { matterNumber: c }), monday(10)),
      (c: string) =>
        many(40, (i) => aRecord(c, { delivery: `inline:k:1:r:h${i % 19}` }, { matterNumber: c }), monday(10)),
    ],
    [
      'UNUSUAL_VOLUME',
      (c: string) => [
        ...[1, 2, 3, 4].flatMap((week) => many(1, () => page(c, 600), monday(10, week))),
        ...many(2, () => page(c, 601), monday(10)),
      ],
      (c: string) => [
        ...[1, 2, 3, 4].flatMap((week) => many(1, () => page(c, 600), monday(10, week))),
        ...many(2, () => page(c, 600), monday(10)),
      ],
    ],
  ] as const)(
    '[R13.5] %s: raises one alert at the threshold, however often the records come, and none just below',
    async (rule, above, below) => {
      const slug = rule.toLowerCase().replaceAll('_', '-');
      const sent = above(`${slug}-over`);
      await send(sent.slice(0, -1));
      await send(sent.slice(-1));
      await send(below(`${slug}-under`));
      await eventually(`an alert of ${rule}`, async () => ((await rulesOf(`${slug}-over`)).length > 0 ? true : null));
      // The same again, as new records, in the same window.
      await send(sent.slice(-3));
      await settled();
      expect(await rulesOf(`${slug}-over`)).toEqual([rule]);
      expect(await rulesOf(`${slug}-under`)).toEqual([]);
    },
  );

  /** Everything sent so far has had its effect, in every partition. */
  const settled = async () => {
    const caller = `marker-${randomUUID()}`;
    await send(
      many(1, () => aRecord(caller)).flatMap((one) => [0, 1, 2, 3].map((partition) => ({ ...one, partition }))),
    );
    await eventually('the marker', async () => {
      const [row] = await service.query<{ requests: string }>('SELECT requests FROM misuse_hour WHERE caller_id = $1', [
        caller,
      ]);
      return row?.requests === '4' ? true : null;
    });
  };

  it('[R13.5] counts a record once that is delivered twice', async () => {
    const [first] = many(1, () => refused('twice', 'access.officer_beyond_scope'), monday(10));
    const same = { ...first!, n: ++numbers[0]! };
    await send([same, same, same, same, same]);
    await settled();
    expect(await service.query('SELECT beyond_scope FROM misuse_hour WHERE caller_id = $1', ['twice'])).toEqual([
      { beyond_scope: '1' },
    ]);
    expect(await rulesOf('twice')).toEqual([]);
  });

  it('[R13.5] tells the gateway to slow the caller, and stops nobody', async () => {
    await send(many(5, () => refused('slowed', 'access.officer_beyond_scope')));
    const [alert] = await eventually('the alert', async () => {
      const found = await alertsOf('slowed');
      return found.length > 0 ? found : null;
    });
    const [throttle] = await service.states('policy.throttles', alert!.id, 1);
    expect(throttle).toMatchObject({ target: 'system', targetId: 'slowed', status: 'ACTIVE', requestsPerMinute: 30 });
    expect(Date.parse(String(throttle!['until']))).toBeGreaterThan(Date.now());
    expect((await service.query('SELECT 1 FROM stop')).length).toBe(0);
    const [fact] = await service.factsOf(alert!.id, 1);
    expect(fact).toMatchObject({
      type: 'authorisation.misuse-alert-raised.v1',
      data: { rule: 'BEYOND_SCOPE', figures: { count: 5, threshold: 5 } },
    });
    expect(JSON.stringify(fact)).not.toContain('琼-1');
  });

  it('[R13.5] is concluded by a person: acknowledged once, then dismissed, which ends the throttle', async () => {
    await send(many(5, () => refused('innocent', 'access.officer_beyond_scope')));
    const [alert] = await eventually('the alert', async () => {
      const found = await alertsOf('innocent');
      return found.length > 0 ? found : null;
    });
    const act = (what: string, by = reviewer('mzt'), body: object = { reason: '已核实' }) =>
      service.call('POST', `/v1/misuse-alerts/${alert!.id}/${what}`, by, { body });
    expect((await act('dismissal')).body).toMatchObject({ code: 'misuse.wrong_status' });
    expect((await act('acknowledgement', undefined, {})).status).toBe(400);
    expect((await act('acknowledgement', officer('mzt', 'mzt-submitter', 'SUBMITTER'))).status).toBe(403);
    expect((await act('acknowledgement', reviewer('wjw'))).status).toBe(404);
    expect((await act('acknowledgement', reviewer('ybj'))).status).toBe(404);
    const raced = await Promise.all([act('acknowledgement'), act('acknowledgement', admin)]);
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await act('dismissal', admin)).body).toMatchObject({
      status: 'DISMISSED',
      conclusion: { by: 'gxt-admin' },
    });
    const states = await service.states('policy.throttles', alert!.id, 3);
    expect(states.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE', 'LIFTED']);
  });

  it('[R13.5] shows alerts to provider and authority only', async () => {
    const listed = async (by: Parameters<typeof service.call>[2]) =>
      (await service.everyPage('/v1/misuse-alerts?limit=50', by)).length;
    expect(await listed(reviewer('mzt'))).toBeGreaterThan(5);
    expect(await listed(admin)).toBeGreaterThan(5);
    expect([await listed(reviewer('ybj')), await listed(reviewer('wjw'))]).toEqual([0, 0]);
  });

  it('[R13.5] keeps a row for an hour and a caller, whatever the traffic, and forgets what no rule looks at', async () => {
    await send(
      many(400, (i) => refused('busy', 'access.resource_unknown', { resourceId: `made-up-${i}` })).map((one) => ({
        ...one,
        record: { ...one.record, providerId: null },
      })),
    );
    await send(many(1, () => aRecord('long-ago'), '2025-01-06T02:00:00.000Z'));
    await settled();
    expect(await service.query('SELECT resource_id FROM misuse_hour WHERE caller_id = $1', ['busy'])).toEqual([
      { resource_id: '-' },
    ]);
    expect(
      await service.query('SELECT cardinality(refused_at) AS kept FROM misuse_streak WHERE caller_id = $1', ['busy']),
    ).toEqual([{ kept: 30 }]);
    await service.keepUpWatch(new Date());
    expect(await service.query('SELECT 1 FROM misuse_hour WHERE caller_id = $1', ['long-ago'])).toEqual([]);
  });

  it('[R13.5] takes the key of a throttle from the topic once it is over', async () => {
    const [slowed] = await alertsOf('slowed');
    const { id } = slowed!;
    await service.keepUpWatch(new Date(Date.now() + 2 * HOUR));
    const states = await service.states('policy.throttles', id, 2);
    expect(states.at(-1)).toBeNull();
  });

  it('[R10.4] [R11.4] says once a month which department uses what is shared without condition, whatever the traffic', async () => {
    const [resourceId, other] = [`open-${randomUUID()}`, `granted-${randomUUID()}`];
    const open = (over: Partial<AccessRecord>, use: Partial<Use>) =>
      aRecord('ybj-of-open', { basis: 'unconditional', grantId: null, ...over }, { resourceId, ...use });
    const [march, april] = ['2026-03-31T15:59:00.000Z', '2026-03-31T16:01:00.000Z'];
    await send([
      ...many(20, () => open({}, {}), march),
      ...many(3, () => open({ outcome: 'release-started' }, { departmentId: 'wjw' }), march),
      { record: open({ outcome: 'refused', effect: 'deny' }, { departmentId: 'mzt' }), at: march },
      { record: aRecord('ybj-of-open', {}, { resourceId: other }), at: march },
    ]);
    const told = async (count: number) =>
      (await service.factsOf(resourceId, count)).map(({ type, data }) => {
        const { departmentId, month, providerId } = data as Record<string, unknown>;
        return [type, departmentId, month, providerId];
      });
    const said = (departmentId: string, month: string) => [
      'authorisation.resource-used.v1',
      departmentId,
      month,
      'mzt',
    ];
    expect(await told(2)).toEqual([said('wjw', '2026-03-01'), said('ybj', '2026-03-01')].sort());
    // Two minutes later it is April in Hainan; what comes late says nothing new.
    await send([
      { record: open({}, {}), at: april },
      { record: open({}, {}), at: march },
    ]);
    expect((await told(3)).at(-1)).toEqual(said('ybj', '2026-04-01'));
    expect(await service.query('SELECT department_id AS d FROM resource_use WHERE resource_id = ANY($1) ORDER BY 1', [[resourceId, other]])).toEqual([{ d: 'wjw' }, { d: 'ybj' }]); // prettier-ignore
  });
});
