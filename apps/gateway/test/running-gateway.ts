import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import {
  framed,
  GROUP_TARGET,
  HOP_HEADER,
  TOPICS,
  type AccessRecord,
  type GroupedRead,
  type HopClaims,
} from '@qiongtong/contracts';
import { bootService, HopTokens, loadConfig, SystemClock, type RunningService } from '@qiongtong/platform';
import {
  anOfficer,
  anOrganisation,
  aResource,
  aSystem,
  anAppointment,
  createTopics,
  deleteTopics,
  PolicyPublisher,
  testHopKeys,
  testInfrastructure,
  testIssuer,
  uniqueTopicPrefix,
  type TestIssuer,
} from '@qiongtong/testing';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { GatewayModule } from '../src/app.module';
import { GatewayConfig } from '../src/config';
import { Entrance } from '../src/entrance/entrance';

type Upstream = (request: IncomingMessage, response: ServerResponse, claims: HopClaims | null) => void;
type Grouped = (reads: readonly GroupedRead[], response: ServerResponse) => void;
export type Recorded = Readonly<{ type: string; record: AccessRecord }>;

/** A gateway with a policy of the test's own, in front of a provider of answers that the test scripts. */
export class RunningGateway {
  /** How exchange and the services answer; by default one small record. */
  upstream: Upstream = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'qt-rows': '1', 'qt-delivery': 'h1' });
    response.end('{"certNo":"A1"}');
  };
  /** How exchange answers reads by key that come together; by default each with its target. */
  grouped: Grouped = (reads, response) => {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'qt-rows': '1', 'qt-delivery': 'h1' };
    response.end(framed(reads.map(({ target }) => ({ status: 200, headers, body: JSON.stringify({ target }) }))));
  };
  readonly recorded: Recorded[] = [];

  private constructor(
    readonly url: string,
    readonly issuer: TestIssuer,
    readonly publisher: PolicyPublisher,
    private readonly ends: (() => Promise<unknown>)[],
  ) {}

  /** @param env configuration of this gateway beside the test's own */
  static async start(env: Record<string, string> = {}): Promise<RunningGateway> {
    const { kafkaBrokers } = testInfrastructure();
    const prefix = uniqueTopicPrefix();
    await createTopics(prefix, TOPICS);
    const issuer = await testIssuer();
    const publisher = await PolicyPublisher.start(kafkaBrokers, prefix);
    const keys = testHopKeys();
    const ends: (() => Promise<unknown>)[] = [];
    let gateway: RunningGateway | null = null;
    const upstreamUrl = await startUpstream(keys, () => gateway!, ends);
    const config = loadConfig(GatewayConfig, {
      PORT: '0',
      METRICS_PORT: '0',
      KAFKA_BROKERS: kafkaBrokers,
      TOPIC_PREFIX: prefix,
      OIDC_ISSUER: issuer.issuer,
      OIDC_AUDIENCE: issuer.audience,
      HOP_KEYS_DIR: keys,
      LOG_LEVEL: 'silent',
      AUTHORISATION_URL: upstreamUrl,
      CATALOGUE_URL: upstreamUrl,
      EXCHANGE_URL: upstreamUrl,
      AUDIT_URL: upstreamUrl,
      RECORD_DEADLINE_MS: '3000',
      UNAUTHENTICATED_PER_MINUTE: '40',
      VERIFICATIONS_PER_SUBJECT: '3',
      PUBLIC_PER_MINUTE: '150',
      PUBLIC_STREAMS: '2',
      PUBLIC_MAX_AGE_SECONDS: '60',
      ...env,
    });
    const service: RunningService = await bootService({
      name: 'gateway',
      module: () => GatewayModule.with(config),
      config,
      public: true,
      configure: (app) => app.get(Entrance).register(app.getHttpAdapter().getInstance()),
    });
    gateway = new RunningGateway(service.url, issuer, publisher, ends);
    ends.unshift(
      () => service.close(),
      () => publisher.stop(),
      () => issuer.close(),
      () => deleteTopics(prefix),
    );
    ends.push(await gateway.readRecords(kafkaBrokers, `${prefix}facts.access`));
    await gateway.publishWorld();
    await gateway.ready();
    return gateway;
  }

  async get(path: string, token: string | null, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'accept-language': 'en', ...headers },
    });
  }

  async post(path: string, token: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': 'en',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    });
  }

  /** The records of one decision, waited for. */
  async recordsOf(decisionId: string, count = 1): Promise<readonly Recorded[]> {
    const found = () => this.recorded.filter(({ record }) => record.decisionId === decisionId);
    await until(() => found().length >= count, `${count} record(s) of ${decisionId}`);
    return found();
  }

  async recordOf(decisionId: string): Promise<Recorded> {
    return (await this.recordsOf(decisionId))[0]!;
  }

  async stop(): Promise<void> {
    for (const end of this.ends) await end().catch(() => undefined);
  }

  /** A department `mzj` with a system and an officer, a provider `mzt`, and one resource of each class. */
  private async publishWorld(): Promise<void> {
    const { publisher } = this;
    await publisher.publish(
      'policy.organisations',
      anOrganisation(),
      anOrganisation({ id: 'mzt' }),
      anOrganisation({ id: 'jyt', admission: 'NONE', pledgeVersion: null }),
    );
    await publisher.publish(
      'policy.systems',
      aSystem(),
      aSystem({ id: 'jyt-system', ownerId: 'jyt', departmentId: 'jyt' }),
    );
    await publisher.publish('policy.officers', anOfficer({ appointments: [anAppointment({ roles: ['SUBMITTER'] })] }));
    await publisher.publish(
      'policy.resources',
      aResource(),
      aResource({ id: '102000-000001', sharingType: 'UNCONDITIONAL' }),
    );
    await publisher.beat(new Date(Date.now() + 1));
  }

  private async ready(): Promise<void> {
    await until(async () => (await fetch(`${this.url}/health/ready`)).ok, 'a ready gateway');
    const token = await this.issuer.system('mzj-system');
    await until(
      async () =>
        (await this.get('/v1/resources/102000-000001/records/A1', token, { purpose: 'social-aid.eligibility' })).ok,
      'a first permitted read',
    );
  }

  private async readRecords(brokers: string, topic: string): Promise<() => Promise<void>> {
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    const consumer: Consumer = kafka.consumer({ groupId: `${topic}-test` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const type = message.headers?.['ce_type']?.toString() ?? '';
        this.recorded.push({ type, record: JSON.parse(message.value!.toString()) as AccessRecord });
      },
    });
    return () => consumer.disconnect();
  }
}

async function startUpstream(
  keys: string,
  gateway: () => Pick<RunningGateway, 'upstream' | 'grouped'>,
  ends: (() => Promise<unknown>)[],
): Promise<string> {
  const hops = new HopTokens(keys, 'exchange', new SystemClock());
  const server = createServer((request, response) => {
    if (request.url === GROUP_TARGET)
      return void json(request).then((reads) => gateway().grouped(reads as GroupedRead[], response));
    const token = request.headers[HOP_HEADER] as string | undefined;
    hops
      .verify(token, { method: request.method!, target: request.url! })
      .catch(() => null)
      .then((claims) => gateway().upstream(request, response, claims));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function until(holds: () => boolean | Promise<boolean>, what: string, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
