import { Instance } from '@qiongtong/testing';
import { Identities } from './identities';

/** Prints an access token of the running demo for a system or an officer. */
async function main(id: string | undefined): Promise<void> {
  const instance = new Instance(process.env['DEMO_INSTANCE'] ?? 'demo');
  const port = instance.read().services?.['dev-identity']?.port;
  if (port === undefined) throw new Error('no demo is running here: start one with `npm run demo`');
  if (id === undefined) throw new Error('usage: npm run -s token -- SYSTEM_OR_OFFICER');
  const identities = await Identities.create(instance.path('identities'), () => `http://127.0.0.1:${port}`);
  console.log(
    await (id.endsWith('-system') || id.startsWith('yunfan') ? identities.system(id) : identities.officer(id)),
  );
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
