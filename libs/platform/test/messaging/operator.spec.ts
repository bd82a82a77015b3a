import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from '../../src/database';
import { Redrives } from '../../src/messaging/redrives';
import { operatorCommand } from '../../src/operator/operator-command';
import { eventually, topics, World, type Handlers } from './world';

describe("the operator's command", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create(topics('facts.authorisation', 'parked.exchange'));
  });
  afterEach(() => world.end());
  const command = async (args: string[], env: Record<string, string> = {}) => {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const given = { DATABASE_URL: world.database.url, ...env };
    return { code: await operatorCommand({ args, env: given, say, complain: say }), said: lines.join('\n') };
  };

  it('lists what is parked without its content, and has it driven again by the service', async () => {
    let broken = true;
    const effects = world.effects('exchange');
    const handlers: Handlers = {
      'authorisation.thing-happened.v1': async (batch) => {
        if (broken) throw new Error('the disk is full');
        await effects(batch);
      },
    };
    const { parked } = world.consumer('exchange', handlers, { topics: ['facts.authorisation'] });
    const redrives = new Redrives(world.database.url, 'exchange', parked);
    await new Promise<void>((listening) => redrives.start(listening));
    try {
      world.relay('authorisation');
      await world.publish('authorisation', 0, 2, 1);
      await eventually(async () => (await parked.list()).length === 2, 'both are parked');

      const listed = await command(['parked', 'list']);
      expect(listed.code).toBe(1);
      expect(listed.said).toMatch(/facts\.authorisation\/\d+\/\d+ {2}k0 {2}\S+ {2}Error: the disk is full/);
      expect(listed.said).toMatch(/follows one that failed[^]*2 parked$/);
      expect(await command(['parked', 'list', '--key', 'k9'])).toEqual({ code: 0, said: '0 parked' });
      expect(await command(['parked', 'redrive', 'k9'])).toEqual({ code: 1, said: 'nothing is parked under k9' });

      broken = false;
      expect(await command(['parked', 'redrive', 'k0'])).toEqual({ code: 0, said: '2 driven again, 0 left' });
      expect((await world.effectsOf('exchange')).map(({ i }) => i)).toEqual([0, 1]);
    } finally {
      await redrives.close();
    }
  });

  it('says what is ready and what of the others is not', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(503).end(JSON.stringify({ ready: false, checks: { database: 'up', policy: 'down' } })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, said } = await command(['status'], { GATEWAY_URL: url, AUDIT_URL: 'http://127.0.0.1:9' });
    server.close();
    expect(code).toBe(1);
    expect(said).toMatch(/gateway +not ready: policy\n/);
    expect(said).toMatch(/audit +does not answer$/);
  });

  it('says what one of them has not published, has parked, and leads', async () => {
    await world.publish('authorisation', 0, 3);
    await sql(world.dataSource, `UPDATE outbox SET created_at = now() - interval '90 seconds'`);
    const { code, said } = await command(['messages']);
    expect(code).toBe(0);
    expect(said).toMatch(/3 messages not published, the oldest 9\d s old/);
    expect(said).toMatch(/0 parked[^]*leases held: none/);
  });

  it('says how topics differ and makes none', async () => {
    const kafka = { KAFKA_BROKERS: world.brokers, TOPIC_PREFIX: world.prefix };
    const { code, said } = await command(['topics', 'diff'], kafka);
    expect(code).toBe(1);
    expect(said).toContain('missing facts.catalogue');
    expect(said).not.toContain('created facts');
    expect(await command(['topics', 'diff'], kafka)).toEqual({ code, said });
  });

  it('sets the places of consumers back to where a restored database is, and no place forward', async () => {
    const kafka = { KAFKA_BROKERS: world.brokers, TOPIC_PREFIX: world.prefix };
    const start = () =>
      world.consumer(
        'exchange',
        { 'authorisation.thing-happened.v1': world.effects('exchange') },
        { topics: ['facts.authorisation'] },
      );
    const first = start();
    world.relay('authorisation');
    await world.publish('authorisation', 0, 6, 1);
    const handled = async (count: number) =>
      eventually(async () => (await world.effectsOf('exchange')).length === count, `${count} are handled`);
    await handled(6);
    const refused = await command(['positions', 'rewind'], kafka);
    expect(refused).toEqual({ code: 1, said: expect.stringMatching(/exchange: consumers are running; stop every/) });
    await first.transport.close();
    expect(await command(['positions', 'rewind'], kafka)).toEqual({ code: 0, said: '' });

    // As a restore leaves it: without the last three effects. The place is further back still, which must do no harm.
    await sql(world.dataSource, 'DELETE FROM effect WHERE i >= 3');
    await sql(world.dataSource, 'UPDATE inbox SET kafka_offset = kafka_offset - 6, n = n - 3');
    const { code, said } = await command(['positions', 'rewind'], kafka);
    expect(code).toBe(0);
    expect(said).toMatch(/exchange: \S+facts\.authorisation\/\d+ goes back from \d+ to \d+$/);
    start();
    await handled(6);
    expect((await world.effectsOf('exchange')).map(({ i }) => i)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('knows nothing else', async () => {
    expect((await command([])).code).toBe(2);
    expect((await command(['parked', 'forget', 'k0'])).code).toBe(2);
    expect(await command(['parked', 'list'], { DATABASE_URL: '' })).toMatchObject({ code: 2 });
  });
});
