import 'reflect-metadata';
import { Controller, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { connectBus, EventBatch, KafkaTransport, ParkedMessages } from '../../src/messaging';
import { requestContext } from '../../src/request-context';
import { Tracing } from '../../src/telemetry';
import { eventually, topics, World } from './world';

const seen: { i: number; traceId: string | undefined }[] = [];

@Controller()
class ThingsConsumer {
  @EventPattern('authorisation.thing-happened.v1')
  handle(@Payload() batch: EventBatch<{ i: number }>): Promise<void> {
    return batch.once((_, fresh) => {
      if (fresh.some((m) => m.data.i === 3)) throw new RangeError('three');
      for (const { data } of fresh) seen.push({ i: data.i, traceId: requestContext.getStore()?.traceId });
      return Promise.resolve();
    });
  }
}

@Module({ controllers: [ThingsConsumer] })
class ThingsModule {}

describe('handlers of a Nest application', () => {
  let world: World;
  let app: INestApplication;
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  it('get batches within the trace of their cause; what they throw is what is parked', async () => {
    world = await World.create(topics('facts.authorisation'));
    const work = world.work('exchange');
    const parked = new ParkedMessages(world.dataSource, work, 'exchange');
    const transport = new KafkaTransport({
      service: 'exchange',
      driver: world.driver(),
      work,
      parked,
      tracing: Tracing.OFF,
      topics: ['facts.authorisation'],
      retry: { attempts: 2, initialMs: 10 },
    });
    app = await NestFactory.create(ThingsModule, new FastifyAdapter(), { logger: false });
    connectBus(app, transport);
    await app.startAllMicroservices();
    world.relay('authorisation');
    const traceId = 'a'.repeat(32);
    await requestContext.run({ traceId, traceparent: `00-${traceId}-${'b'.repeat(16)}-01` }, () =>
      world.publish('authorisation', 0, 10, 10),
    );
    await eventually(() => seen.length === 9, 'the others are handled');
    expect(seen.map((s) => s.i).sort()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
    expect(new Set(seen.map((s) => s.traceId))).toEqual(new Set([traceId]));
    expect(await parked.list()).toMatchObject([{ key: 'k3', error: 'RangeError: three' }]);
  });
});
