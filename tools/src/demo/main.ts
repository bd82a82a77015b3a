import { relative } from 'node:path';
import { Instance, startPlatform, stopInstance, type Platform } from '@qiongtong/testing';
import { Client } from './client';
import { Identities } from './identities';
import { Loader } from './load';
import { removeTopics, requireEmptyDatabases, topicPrefix } from './outside';
import { Play } from './play';
import { beforeAbort, untilAborted } from './stay';
import { Story } from './story';

const once = process.argv.includes('--once');
const name = process.env['DEMO_INSTANCE'] ?? 'demo';
const leaving = new AbortController();

async function main(): Promise<number> {
  const took: [string, number][] = [];
  const timed = async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    console.log(`\n${part}`);
    const from = Date.now();
    const done = await work();
    took.push([part, (Date.now() - from) / 1000]);
    return done;
  };

  await requireEmptyDatabases();
  // Each demo begins on empty databases: its story is about first times.
  const former = new Instance(name);
  if (former.exists()) await stopInstance(former, console.log);
  former.remove();
  former.create();
  let issuer = '';
  const identities = await Identities.create(former.path('identities'), () => issuer);
  const platform = await timed('Starting', () =>
    startPlatform({
      name,
      topicPrefix: topicPrefix(),
      signal: leaving.signal,
      ports: { gateway: 8080 },
      env: { 'dev-identity': { IDENTITY_FILE: identities.file } },
      onEvent: (line) => console.log(`  ${line}`),
    }),
  );
  issuer = platform.issuer;
  try {
    const story = await beforeAbort(leaving.signal, () => tell(platform, identities, timed));

    console.log('\nHow long it took');
    for (const [part, seconds] of took) console.log(`  ${part}: ${seconds.toFixed(1)} s`);
    if (story.failures.length > 0) {
      console.log(`\n${story.failures.length} answers differ from what the rules say:`);
      for (const failure of story.failures) console.log(`  ✘ ${failure}`);
    } else console.log('\nEvery answer was what the rules say.');
    if (!once) await stay(platform);
    return story.failures.length === 0 ? 0 : 1;
  } finally {
    await platform.stop();
    await removeTopics(platform.topicPrefix, platform.kafkaBrokers);
  }
}

type Timed = <T>(part: string, work: () => Promise<T>) => Promise<T>;

/** Loads the sample and plays the story on it. */
async function tell(platform: Platform, identities: Identities, timed: Timed): Promise<Story> {
  const client = new Client(platform.gatewayUrl);
  const loader = new Loader(client, identities, platform);
  await timed('Loading through the public API', async () => {
    await loader.organisations();
    await loader.systems();
    await loader.catalogue();
    await loader.admissions();
  });
  await timed('Pushing rows', () => loader.rows());
  const story = new Story();
  await timed('The story', () => new Play(client, identities, story, platform.instance.dir).run());
  return story;
}

/** Prints what to try and waits for Ctrl-C or `npm run stop`. */
async function stay({ gatewayUrl, issuer, kafkaBrokers, instance }: Platform): Promise<void> {
  const records = `${gatewayUrl}/v1/resources`;
  const exported = relative(process.cwd(), instance.dir) || '.';
  console.log(`
The platform stays up. Ctrl-C or \`npm run stop\` ends it.
  gateway   ${gatewayUrl}
  API docs  ${gatewayUrl}/v1/docs   (中文, English)
  identity  ${issuer}
  Kafka     ${kafkaBrokers}

\`npm run -s token -- ID\` prints a token for a system (ybj-system, jyt-system, mzt-system) or an officer (mzt-reviewer, gxt-reviewer). Try:

  curl -g -H "Authorization: Bearer $(npm run -s token -- ybj-system)" -H 'Purpose: medical-aid.eligibility' '${records}/102000-000001/records?filter[regStatus]=1&fields=uscc,entName&limit=3'
  curl -H "Authorization: Bearer $(npm run -s token -- jyt-system)" -H 'Purpose: student-aid.eligibility' '${records}/102000-000001/records?limit=1'
  curl -H 'Accept: text/plain' ${gatewayUrl}/v1/audit/checkpoint
  npm run -s verify -- log ${exported}/audit-log.ndjson --key ${exported}/audit-key.txt
`);
  await untilAborted(leaving.signal);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    // A terminal sends it twice: to this process, and through the one that started it.
    if (!leaving.signal.aborted) console.log('\nEnding; the data stays until the next demo.');
    leaving.abort();
  });
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    // What was cut off by the end says nothing.
    if (!leaving.signal.aborted) console.error(error instanceof Error ? error.message : error);
    process.exit(leaving.signal.aborted ? 130 : 1);
  },
);
