import {
  PROCESSES,
  startPlatform,
  testInfrastructure,
  uniqueTopicPrefix,
  type Platform,
  type ProcessName,
} from '@qiongtong/testing';

jest.setTimeout(240_000);

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    name: `journey-platform-${process.pid}`,
    topicPrefix: uniqueTopicPrefix(),
    infrastructure: testInfrastructure(),
  });
});
afterAll(() => platform.remove());

const services = PROCESSES.filter((name) => name !== 'dev-identity');

describe('the whole platform', () => {
  it.each(services)('%s is alive and ready', async (name) => {
    for (const state of ['live', 'ready', 'startup']) {
      expect((await fetch(`${platform.urls[name]}/health/${state}`)).status).toBe(200);
    }
    expect(await (await fetch(`${platform.metricsUrls[name]}/metrics`)).text()).toMatch(/^# HELP /m);
  });

  it('refuses at its entrance whoever shows no token', async () => {
    const answer = await fetch(`${platform.gatewayUrl}/v1/organisations`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  });

  it.each<[ProcessName, string]>([
    ['authorisation', '/v1/organisations'],
    ['catalogue', '/v1/catalogue/entries'],
    ['exchange', '/v1/resources/102000-000001/records'],
    ['audit', '/v1/audit/entries'],
  ])('%s refuses whoever passes by the entrance', async (name, path) => {
    expect((await fetch(`${platform.urls[name]}${path}`)).status).toBe(401);
  });

  it.each(services)('%s is back, on its address, after a kill -9', async (name) => {
    process.kill(platform.supervisor.pid(name) as number, 'SIGKILL');
    await platform.supervisor.gone(name);
    await platform.ready(name);
    expect((await fetch(`${platform.urls[name]}/health/ready`)).status).toBe(200);
  });
});
