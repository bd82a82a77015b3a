import { Instance, stopInstance } from '@qiongtong/testing';

/** `stop` ends the demo (DEMO_INSTANCE); `stop NAME` another instance; `stop --all` every one. Data stays. */
async function main(args: readonly string[]): Promise<void> {
  const names = args.includes('--all')
    ? Instance.names()
    : args.length > 0
      ? args
      : [process.env['DEMO_INSTANCE'] ?? 'demo'];
  for (const name of names) {
    const instance = new Instance(name);
    if (!instance.exists()) {
      console.log(`${name} was never started`);
      continue;
    }
    await stopInstance(instance, console.log);
    console.log(`${name} is stopped`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
