import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { INSTANCES, WORKSPACE } from '@qiongtong/testing';
import { Client } from './client';
import { Identities } from './identities';
import { ADMINISTRATOR } from './people';
import { conclude, tell, Timings } from './tell';

/** Where the containers of docker-compose.yml look for who there is. */
const KNOWN = join(WORKSPACE, 'tools', 'compose', 'identities', 'identities.json');

/** Tells the demo's story to a platform that runs already: the one of docker-compose.yml, or one that the environment names. */
async function main(): Promise<number> {
  const { GATEWAY_URL, OIDC_ISSUER, KAFKA_BROKERS, TOPIC_PREFIX = '', IDENTITY_FILE = KNOWN } = process.env;
  const gatewayUrl = GATEWAY_URL ?? 'http://127.0.0.1:8080';
  const issuer = OIDC_ISSUER ?? 'http://127.0.0.1:4000';
  const kafkaBrokers = KAFKA_BROKERS ?? '127.0.0.1:9092';
  const folder = join(INSTANCES, 'tour');
  mkdirSync(folder, { recursive: true });
  const identities = await Identities.create(join(folder, 'identities'), () => issuer, IDENTITY_FILE);
  await requireUntouched(gatewayUrl, identities);
  const timings = new Timings();
  const story = await tell({ gatewayUrl, kafkaBrokers, topicPrefix: TOPIC_PREFIX, folder }, identities, timings);
  return conclude(story, timings);
}

/** The story is about first times. */
async function requireUntouched(gatewayUrl: string, identities: Identities): Promise<void> {
  const token = await identities.officer(ADMINISTRATOR);
  const client = new Client(gatewayUrl);
  await client.settle('GET', '/v1/organisations/gxt', { token });
  if ((await client.call('GET', '/v1/organisations/mzt', { token })).status === 200)
    throw new Error(
      'the tour was played here before, or somebody works here: it begins on an empty platform ' +
        '(for the one of docker-compose.yml: `docker compose down -v`, then up again)',
    );
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
