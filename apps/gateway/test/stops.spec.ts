import type { StopState, StopTarget } from '@qiongtong/contracts';
import { aGrant, aResource, aStop } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

const RESOURCE = '/v1/resources/203000-000001/records';
const PURPOSE = { purpose: 'social-aid.eligibility' };
const STREAM = { ...PURPOSE, accept: 'application/x-ndjson' };
const row = `${JSON.stringify({ certNo: 'A'.repeat(200) })}\n`;

let gateway: RunningGateway;
/** A person's token with its id and session, and a system's. */
let tokens: Readonly<Record<'person' | 'system', string>>;
beforeAll(async () => {
  gateway = await RunningGateway.start();
  tokens = {
    person: await gateway.issuer.officer('li', { claims: { jti: 'jti-li', sid: 'session-li' } }),
    system: await gateway.issuer.system('mzj-system', { claims: { jti: 'jti-system' } }),
  };
  await gateway.publisher.publish('policy.grants', aGrant({ id: 'g-stop', actions: ['query', 'batch'] }));
  await reads('system', 200);
});
afterAll(() => gateway.stop());

const read = (who: 'person' | 'system') => gateway.get(`${RESOURCE}?fields=granted`, tokens[who], PURPOSE);
const reads = (who: 'person' | 'system', status: number) =>
  until(async () => (await read(who)).status === status, `${status} for the ${who}`);

/** Every target with whom it hits and, from the other side, a stop of the same kind that hits somebody else. */
const TARGETS: readonly (readonly [StopTarget, 'person' | 'system', string, string])[] = [
  ['token', 'person', 'jti-li', 'jti-other'],
  ['token', 'system', 'jti-system', 'jti-other'],
  ['session', 'person', 'session-li', 'session-other'],
  ['client', 'person', 'console', 'portal'],
  ['client', 'system', 'mzj-system', 'jyt-system'],
  ['system', 'system', 'mzj-system', 'jyt-system'],
  ['officer', 'person', 'li', 'wang'],
  ['organisation', 'person', 'mzj', 'jyt'],
  ['organisation', 'system', 'mzj', 'jyt'],
  ['grant', 'system', 'g-stop', 'g-other'],
  ['resource', 'person', '203000-000001', '102000-000001'],
];

let count = 0;
async function place(target: StopTarget, targetId: string): Promise<() => Promise<void>> {
  const stop: StopState = aStop({ id: `stop-${++count}`, target, targetId });
  await gateway.publisher.publish('policy.stops', stop);
  return () => gateway.publisher.publish('policy.stops', { ...stop, version: 2, status: 'LIFTED' });
}

describe('[R14.7] a stop', () => {
  it.each(TARGETS)(
    'of a %s refuses the %s it hits and nobody else, until it is lifted',
    async (target, who, id, other) => {
      const liftOther = await place(target, other);
      const lift = await place(target, id);
      await reads(who, 403);
      const problem = (await (await read(who)).json()) as { code: string; about: string[]; decisionId: string };
      expect(problem).toMatchObject({ code: 'access.stopped', about: [`${target}:${id}`] });
      await lift();
      // The other stop is in force all the while.
      await reads(who, 200);
      await liftOther();
    },
  );

  it.each(TARGETS)('of a %s ends the stream of the %s that is running', async (target, who, id) => {
    const usual = gateway.upstream;
    const timers: NodeJS.Timeout[] = [];
    gateway.upstream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(row.repeat(1_000));
      timers.push(setInterval(() => response.write(row), 20));
    };
    const response = await gateway.get(`${RESOURCE}?fields=granted`, tokens[who], STREAM);
    expect(response.status).toBe(200);
    const lift = await place(target, id);
    await expect(response.text()).rejects.toThrow();
    timers.forEach(clearInterval);
    gateway.upstream = usual;
    const records = await gateway.recordsOf(response.headers.get('qt-decision-id')!, 2);
    expect(records.map(({ type }) => type)).toEqual(['access.release-started.v1', 'access.aborted.v1']);
    await lift();
    await reads(who, 200);
  });

  it.each(TARGETS.filter(([, who]) => who === 'system'))(
    'of a %s ends the feed of changes for the %s, and the answers of a provider’s own endpoint',
    async (target, who, id) => {
      await gateway.publisher.publish(
        'policy.resources',
        aResource({ id: 'channel', deliveryMode: 'EXCHANGE_CHANNEL' }),
      );
      await gateway.publisher.publish(
        'policy.grants',
        aGrant({ id: 'g-feed', actions: ['subscribe'] }),
        aGrant({ id: 'g-channel', resourceId: 'channel' }),
      );
      const paths = ['/v1/resources/203000-000001/changes?fields=granted&cursor=held'];
      // A stop of the other grant is none of the channel's.
      if (target !== 'grant') paths.push('/v1/resources/channel/records?fields=granted');
      const all = (status: number) => async () => {
        const answers = await Promise.all(paths.map((path) => gateway.get(path, tokens[who], PURPOSE)));
        return answers.every((answer) => answer.status === status);
      };
      await until(all(200), 'the first answers');
      const lift = await place(target, target === 'grant' ? 'g-feed' : id);
      await until(all(403), 'the stop');
      await lift();
      await until(all(200), 'answers again');
    },
  );

  it('of one department’s token leaves the same token of another alone', async () => {
    const stop = aStop({ id: 'scoped', target: 'token', targetId: 'jti-li', departmentId: 'jyt' });
    const marker = aStop({ id: 'marker', target: 'system', targetId: 'mzj-system' });
    await gateway.publisher.publish('policy.stops', stop, marker);
    await reads('system', 403);
    expect((await read('person')).status).toBe(200);
    await gateway.publisher.publish('policy.stops', { ...stop, version: 2, departmentId: 'mzj' });
    await reads('person', 403);
    for (const { id } of [stop, marker])
      await gateway.publisher.publish('policy.stops', aStop({ id, version: 3, status: 'LIFTED' }));
    await reads('person', 200);
  });

  it('closes the control plane to whom it hits as well', async () => {
    const list = () => gateway.get('/v1/grants', tokens.person);
    expect((await list()).status).toBe(200);
    const lift = await place('session', 'session-li');
    await until(async () => (await list()).status === 403, 'the stop at the control plane');
    expect(await (await list()).json()).toMatchObject({ code: 'access.stopped', about: ['session:session-li'] });
    await lift();
    await until(async () => (await list()).status === 200, 'the end of the stop');
  });

  it('ends a push that is being received', async () => {
    await gateway.publisher.publish(
      'policy.resources',
      aResource({ id: '203000-000002', providerId: 'mzj', sharingType: 'CONDITIONAL' }),
    );
    let received = 0;
    let ended: 'whole' | 'cut' | null = null;
    gateway.upstream = (request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request.on('close', () => (ended ??= request.complete ? 'whole' : 'cut'));
      request.on('end', () => response.end('{}'));
    };
    await gateway.publisher.publish('policy.systems', aProvidingSystem());
    let sending = true;
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (sending) controller.enqueue(Buffer.from(row));
        else controller.close();
      },
    });
    await until(async () => {
      const probe = await push('[]');
      return probe.status === 200;
    }, 'a first permitted push');
    ended = null;
    received = 0;
    const pushing = push(body);
    await until(() => received > 0, 'the beginning of the push');
    const lift = await place('system', 'mzj-system');
    await expect(pushing).rejects.toThrow();
    sending = false;
    await until(() => ended !== null, 'the end of the upstream');
    expect(ended).toBe('cut');
    await lift();
  });
});

const aProvidingSystem = () => ({
  id: 'mzj-system',
  version: 2,
  name: '社会救助系统',
  ownerId: 'mzj',
  departmentId: 'mzj',
  ownerAttested: true,
  zone: 'GOV_EXTRANET' as const,
  addresses: [],
  certificates: [],
  status: 'ACTIVE' as const,
  provides: ['203000-000002'],
  kafka: false,
});

const push = (body: string | ReadableStream) =>
  fetch(`${gateway.url}/v1/resources/203000-000002/batches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.system}`, 'content-type': 'application/x-ndjson' },
    body,
    duplex: 'half',
  } as RequestInit);
