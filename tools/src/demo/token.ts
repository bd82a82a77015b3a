import { Instance } from '@qiongtong/testing';
import { Identities } from './identities';

/** Prints an access token for a system or an officer: of the running demo, or of the provider at OIDC_ISSUER. */
async function main(id: string | undefined): Promise<void> {
  const instance = new Instance(process.env['DEMO_INSTANCE'] ?? 'demo');
  const port = instance.read().services?.['dev-identity']?.port;
  const issuer = process.env['OIDC_ISSUER'] ?? (port === undefined ? undefined : `http://127.0.0.1:${port}`);
  if (issuer === undefined) throw new Error('no demo is running here: start one with `npm run demo`');
  if (id === undefined) throw new Error('usage: npm run -s token -- SYSTEM_OR_OFFICER');
  const identities = await Identities.create(instance.path('identities'), () => issuer);
  console.log(
    await (id.endsWith('-system') || id.startsWith('yunfan') ? identities.system(id) : identities.officer(id)),
  );
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
