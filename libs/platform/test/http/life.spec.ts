import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOP_HEADER } from '@qiongtong/contracts';
import { Drain, Health } from '../../src';
import { aPrincipal, startNotes, type NotesService } from './service';

const health = async (service: NotesService, which: string) => {
  const answer = await fetch(`${service.running.url}/health/${which}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const create = (service: NotesService, key: string) =>
  service.call('POST', '/v1/notes', { body: { title: 'a', count: 1 }, headers: { 'idempotency-key': key } });

describe('the life of a service', () => {
  let service: NotesService;
  beforeEach(async () => {
    service = await startNotes({ DRAIN_DELAY_MS: '300' });
  });
  afterEach(() => service.close());

  it('is live and ready with everything it needs, and not ready without', async () => {
    expect(await health(service, 'live')).toEqual({ status: 200, body: { status: 'up' } });
    expect(await health(service, 'startup')).toEqual({ status: 200, body: { started: true } });
    expect(await health(service, 'ready')).toEqual({ status: 200, body: { ready: true, checks: { database: 'up' } } });
    service.running.app.get(Health).register('projection', () => {
      throw new Error('no heartbeat');
    });
    expect(await health(service, 'ready')).toEqual({
      status: 503,
      body: { ready: false, checks: { database: 'up', projection: 'down' } },
    });
    expect((await health(service, 'live')).status).toBe(200);
  });

  it('shows its figures on a port of their own, by route and status', async () => {
    await service.call('GET', '/v1/notes/n1?secret=1');
    await service.call('GET', '/v1/notes/n2');
    const text = await (await fetch(`${service.running.metricsUrl}/metrics`)).text();
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/v1/notes/:id",status="200"} 1');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/v1/notes/:id",status="404"} 1');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('secret');
    expect((await fetch(`${service.running.url}/metrics`)).status).toBe(404);
  });

  it('ends in order: not ready, what is in hand is answered, then the parts by phase, the database last', async () => {
    const order: string[] = [];
    const drain = service.running.app.get(Drain);
    for (const phase of ['connections', 'relay', 'work', 'consumers'] as const)
      drain.add(`test ${phase}`, phase, () => void order.push(`${phase} after ${service.notes.written}`));
    drain.add('failing', 'work', () => {
      throw new Error('did not end');
    });
    let release = (): void => undefined;
    service.notes.hold = new Promise((resolve) => (release = resolve));
    const inHand = create(service, 'k1');
    await sleep(100);

    const closing = service.running.close();
    await sleep(50);
    expect((await health(service, 'ready')).status).toBe(503);
    await sleep(400);
    await expect(fetch(`${service.running.url}/health/live`, { headers: { connection: 'close' } })).rejects.toThrow();
    expect(order).toEqual([]);
    release();
    expect((await inHand).status).toBe(201);
    await closing;
    expect(order).toEqual(['consumers after 1', 'work after 1', 'relay after 1', 'connections after 1']);
  });

  it('does not wait for a caller who keeps a connection and asks nothing', async () => {
    const { port } = new URL(service.running.url);
    const idle = createConnection({ port: Number(port), host: '127.0.0.1' });
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    const begun = Date.now();
    await service.running.close();
    expect(Date.now() - begun).toBeLessThan(5_000);
    idle.destroy();
  });

  it('answers as usual while others leave in the middle of their requests', async () => {
    const { port } = new URL(service.running.url);
    for (let i = 0; i < 20; i++) {
      const socket = createConnection({ port: Number(port), host: '127.0.0.1' });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        `POST /v1/notes HTTP/1.1\r\nhost: a\r\n${HOP_HEADER}: ${service.gateway.issue('catalogue', 'POST', '/v1/notes', aPrincipal())}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"ti`,
      );
      socket.destroy();
    }
    expect((await create(service, 'k2')).status).toBe(201);
  });
});

describe('a service that cannot start', () => {
  it('ends with the names of the keys that are wrong', async () => {
    await expect(startNotes({ DATABASE_URL: '' })).rejects.toThrow('DATABASE_URL is missing');
  });
});
