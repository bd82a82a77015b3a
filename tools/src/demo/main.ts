import { relative } from 'node:path';
import { Instance, startPlatform, stopInstance, type Platform } from '@qiongtong/testing';
import { Identities } from './identities';
import { removeTopics, requireEmptyDatabases, topicPrefix } from './outside';
import { beforeAbort, untilAborted } from './stay';
import { conclude, tell, Timings } from './tell';

const once = process.argv.includes('--once');
const name = process.env['DEMO_INSTANCE'] ?? 'demo';
const leaving = new AbortController();

async function main(): Promise<number> {
  const timed = new Timings();
  await requireEmptyDatabases();
  // Each demo begins on empty databases: its story is about first times.
  const former = new Instance(name);
  if (former.exists()) await stopInstance(former, console.log);
  former.remove();
  former.create();
  let issuer = '';
  const identities = await Identities.create(former.path('identities'), () => issuer);
  const platform = await timed.of('Starting', () =>
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
    const world = { ...platform, folder: platform.instance.dir };
    const story = await beforeAbort(leaving.signal, () => tell(world, identities, timed));
    const failed = conclude(story, timed);
    if (!once) await stay(platform);
    return failed;
  } finally {
    await platform.stop();
    await removeTopics(platform.topicPrefix, platform.kafkaBrokers);
  }
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
