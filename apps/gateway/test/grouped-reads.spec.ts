import { Agent } from 'undici';
import { framed, GROUP_TARGET, MOST_IN_A_GROUP, type GroupedAnswer, type GroupedRead } from '@qiongtong/contracts';
import { aGrant, aResource } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

const PURPOSE = { purpose: 'social-aid.eligibility' };
const OPEN = '/v1/resources/102000-000001/records';
const headers = { 'content-type': 'application/json; charset=utf-8', 'qt-rows': '1', 'qt-delivery': 'h1' };
const answerOf = ({ target }: GroupedRead): GroupedAnswer => ({
  status: 200,
  headers,
  body: JSON.stringify({ target }),
});

describe('reads by key that are decided on in one turn', () => {
  let gateway: RunningGateway;
  let system: string;
  let usual: Pick<RunningGateway, 'grouped' | 'upstream'>;
  let groups: number[];
  let alone: string[];
  beforeAll(async () => {
    gateway = await RunningGateway.start();
    system = await gateway.issuer.system('mzj-system');
    usual = { grouped: gateway.grouped, upstream: gateway.upstream };
  });
  beforeEach(() => {
    groups = [];
    alone = [];
    answering(usual.grouped);
    gateway.upstream = (request, response, claims) => {
      alone.push(request.url!);
      usual.upstream(request, response, claims);
    };
  });
  afterAll(() => gateway.stop());

  /** What exchange does with groups, which are counted. */
  const answering = (grouped: RunningGateway['grouped']) => {
    gateway.grouped = (reads, response) => {
      groups.push(reads.length);
      grouped(reads, response);
    };
  };
  /** Many reads at once over open connections, so that the gateway has many of them in one turn. */
  const together = async (targets: readonly string[], more: Record<string, string> = {}) => {
    const agent = new Agent({ connections: targets.length });
    try {
      const send = (path: string) =>
        agent.request({
          origin: gateway.url,
          path,
          method: 'GET',
          headers: { authorization: `Bearer ${system}`, 'accept-language': 'en', ...PURPOSE, ...more },
        });
      // Refused ones open the connections.
      await Promise.all(targets.map(async () => (await send('/v1/resources/unknown/records/1')).body.dump()));
      return await Promise.all(
        targets.map(async (path) => {
          const { statusCode, headers: told, body } = await send(path);
          const text = await body.text();
          const id = (JSON.parse(text) as { decisionId?: string }).decisionId ?? String(told['qt-decision-id']);
          return { status: statusCode, id, text, headers: told };
        }),
      );
    } finally {
      await agent.destroy();
    }
  };
  const targets = (count: number) => Array.from({ length: count }, (_, n) => `${OPEN}/K${n}`);

  it('[R13.4] go to exchange together, are answered each to its own caller, and are on record one by one', async () => {
    const asked = targets(40);
    const answers = await together(asked);
    // One that is decided on in a turn of its own goes alone, and is answered as exchange answers such a read here.
    const answerTo = (target: string) => (alone.includes(target) ? { certNo: 'A1' } : { target });
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      asked.map((target) => [200, JSON.stringify(answerTo(target))]),
    );
    expect(alone.length + groups.reduce((sum, size) => sum + size, 0)).toBe(40);
    expect(groups.length + alone.length).toBeLessThan(40);
    const ids = answers.map(({ id }) => id);
    expect(new Set(ids).size).toBe(40);
    for (const [n, id] of ids.entries()) {
      const { type, record } = await gateway.recordOf(id);
      expect([type, record.outcome, record.rows, record.delivery, record.bytes]).toEqual([
        'access.released.v1',
        'released',
        1,
        'h1',
        Buffer.byteLength(answers[n]!.text),
      ]);
    }
  });

  it('keep what the caller said of the answer: its language, its query, its key as it was written', async () => {
    const seen: GroupedRead[] = [];
    answering((reads, response) => {
      seen.push(...reads);
      usual.grouped(reads, response);
    });
    const asked = Array.from({ length: 20 }, (_, n) => `${OPEN}/%E6%B5%B7~${n}?fields=certNo`);
    await together(asked);
    expect(seen.length).toBeGreaterThan(1);
    for (const { target, language, release } of seen) {
      expect(asked).toContain(target);
      expect(language).toBe('en');
      expect(release).toMatchObject({ decision: { effect: 'permit' }, use: { resourceId: '102000-000001' } });
    }
  });

  it('[R12.7] are refused one by one: what becomes of one is nothing to the others', async () => {
    const problem = '{"code":"request.not_found"}';
    const missing: GroupedAnswer = {
      status: 404,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'content-language': 'en' },
      body: problem,
    };
    answering((reads, response) =>
      response.end(framed(reads.map((read) => (read.target.endsWith('7') ? missing : answerOf(read))))),
    );
    gateway.upstream = (request, response) => {
      const found = request.url!.endsWith('7') ? missing! : answerOf({ target: request.url! } as GroupedRead)!;
      response.writeHead(found.status, found.headers).end(found.body);
    };
    const asked = targets(30);
    const answers = await together(asked);
    for (const [n, { status, text, headers: told, id }] of answers.entries()) {
      const isMissing = asked[n]!.endsWith('7');
      expect([status, text]).toEqual(isMissing ? [404, problem] : [200, JSON.stringify({ target: asked[n] })]);
      if (!isMissing) continue;
      expect(told['content-type']).toBe('application/problem+json; charset=utf-8');
      expect((await gateway.recordOf(id)).record).toMatchObject({ outcome: 'released', rows: 0, status: 404 });
    }
  });

  it('go alone when exchange says so', async () => {
    answering((reads, response) => response.end(framed(reads.map((read, n) => (n === 0 ? null : answerOf(read))))));
    const answers = await together(targets(30));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    expect(groups.length).toBeGreaterThan(0);
    expect(alone.length).toBeGreaterThanOrEqual(groups.length);
    expect(answers.filter(({ text }) => text === '{"certNo":"A1"}').length).toBe(alone.length);
  });

  it('all go alone to an exchange of the version before, which knows no groups', async () => {
    answering((_reads, response) => response.writeHead(404).end('{}'));
    const answers = await together(targets(30));
    expect(groups.length).toBeGreaterThan(0);
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(30).fill([200, '{"certNo":"A1"}']));
    expect(alone.length).toBe(30);
  });

  const failures: [string, RunningGateway['grouped']][] = [
    ['refuses them', (_reads, response) => response.writeHead(401).end('{}')],
    ['breaks off', (_reads, response) => response.destroy()],
    ['breaks off in the middle', (_reads, response) => (response.write('[{"status":200,'), response.destroy())],
    ['answers half', (reads, response) => response.end(framed(reads.map(answerOf)).slice(0, -5))],
    ['answers one too few', (reads, response) => response.end(framed(reads.slice(1).map(answerOf)))],
    ['answers nonsense', (_reads, response) => response.end('nonsense')],
  ];
  it.each(failures)(
    '[R14.7] are all answered 503 and no data when exchange %s, and on record as that',
    async (_what, grouped) => {
      answering(grouped);
      const answers = await together(targets(20));
      const failed = answers.filter(({ status }) => status !== 200);
      expect(failed.length).toBe(groups.reduce((sum, size) => sum + size, 0));
      expect(failed.length).toBeGreaterThan(1);
      for (const { status, text, id } of failed) {
        expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([503, 'service.unavailable']);
        expect((await gateway.recordOf(id)).record).toMatchObject({ outcome: 'aborted', status: 503 });
      }
      answering(usual.grouped);
      expect((await together(targets(20))).map(({ status }) => status)).toEqual(Array(20).fill(200));
    },
  );

  it('never fill a group beyond its size', async () => {
    const answers = await together(targets(MOST_IN_A_GROUP * 3 + 1));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    // As large as headers can be: more of these than fit into the bytes of a group.
    const large = await together(targets(60), { 'accept-language': `en, ${'x'.repeat(10_000)}` });
    expect(large.map(({ status }) => status)).toEqual(Array(60).fill(200));
    expect(Math.max(...groups)).toBeLessThanOrEqual(MOST_IN_A_GROUP);
  });

  it('[R12.7] go alone where exchange would keep others waiting: rows counted by day, a matter for one subject, a provider that answers itself', async () => {
    await gateway.publisher.publish(
      'policy.resources',
      aResource({ id: 'channel', sharingType: 'UNCONDITIONAL', deliveryMode: 'EXCHANGE_CHANNEL' }),
      aResource({ id: 'bound', sharingType: 'UNCONDITIONAL', matterNumberPerSubject: true }),
      aResource({ id: 'counted' }),
    );
    await gateway.publisher.publish(
      'policy.grants',
      aGrant({ id: 'counted', resourceId: 'counted', limits: { rowsPerDay: 1_000 } }),
    );
    for (const resource of ['channel', 'bound', 'counted']) {
      const asked = Array.from({ length: 20 }, (_, n) => `/v1/resources/${resource}/records/K${n}?fields=granted`);
      await until(
        async () => (await together(asked.slice(0, 1), { 'matter-number': 'M1' }))[0]!.status === 200,
        resource,
      );
      groups = [];
      alone = [];
      const answers = await together(asked, { 'matter-number': 'M1' });
      expect([resource, answers.map(({ status }) => status), groups, alone.length]).toEqual([
        resource,
        Array(20).fill(200),
        [],
        20,
      ]);
    }
  });

  it('go on without a caller that left', async () => {
    const waiting: (() => void)[] = [];
    let held = true;
    const later = (answer: () => void) => (held ? void waiting.push(answer) : answer());
    answering((reads, response) => later(() => usual.grouped(reads, response)));
    gateway.upstream = (request, response, claims) => later(() => usual.upstream(request, response, claims));
    const leave = new AbortController();
    const stays = together(targets(10));
    const leaves = fetch(`${gateway.url}${OPEN}/leaver`, {
      headers: { authorization: `Bearer ${system}`, ...PURPOSE },
      signal: leave.signal,
    }).catch(() => 'left');
    await until(() => waiting.length > 0, 'a group');
    leave.abort();
    expect(await leaves).toBe('left');
    await new Promise((resolve) => setTimeout(resolve, 50));
    held = false;
    for (const answer of waiting) answer();
    expect((await stays).every(({ status }) => status === 200)).toBe(true);
  });

  it('[R14.7] have no door for anybody else: nothing comes through the gateway to where groups are answered', async () => {
    for (const path of [GROUP_TARGET, `${GROUP_TARGET}/`, `/.${GROUP_TARGET}`, `/v1/resources/..${GROUP_TARGET}`])
      expect([path, (await gateway.post(path, system, [])).status]).toEqual([path, 404]);
    expect([groups, alone]).toEqual([[], []]);
  });
});
