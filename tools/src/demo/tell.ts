import { Client } from './client';
import type { Identities } from './identities';
import { Loader } from './load';
import { Play } from './play';
import type { Kafka } from './push-by-kafka';
import { Story } from './story';

/** Where the platform is, and where what the story exports is left. */
export type World = Kafka & Readonly<{ gatewayUrl: string; folder: string }>;

/** What each part took, in seconds. */
export class Timings {
  readonly took: [string, number][] = [];

  async of<T>(part: string, work: () => Promise<T>): Promise<T> {
    console.log(`\n${part}`);
    const from = Date.now();
    const done = await work();
    this.took.push([part, (Date.now() - from) / 1000]);
    return done;
  }
}

/** Loads the sample and plays the story on it, all through the gateway and the broker, as callers outside do. */
export async function tell(world: World, identities: Identities, timings: Timings): Promise<Story> {
  const client = new Client(world.gatewayUrl);
  const loader = new Loader(client, identities, world);
  await timings.of('Loading through the public API', async () => {
    await loader.organisations();
    await loader.systems();
    await loader.catalogue();
    await loader.admissions();
  });
  await timings.of('Pushing rows', () => loader.rows());
  const story = new Story();
  await timings.of('The story', () => new Play(client, identities, story, world.folder).run());
  return story;
}

/** Says how it went. @returns the exit code */
export function conclude({ failures }: Story, { took }: Timings): number {
  console.log('\nHow long it took');
  for (const [part, seconds] of took) console.log(`  ${part}: ${seconds.toFixed(1)} s`);
  if (failures.length > 0) {
    console.log(`\n${failures.length} answers differ from what the rules say:`);
    for (const failure of failures) console.log(`  ✘ ${failure}`);
  } else console.log('\nEvery answer was what the rules say.');
  return failures.length === 0 ? 0 : 1;
}
