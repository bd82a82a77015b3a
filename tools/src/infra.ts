import { startInfrastructure } from '@qiongtong/testing';

/** Starts PostgreSQL and Kafka alone and leaves them running; test runs join the instance named `test`. */
async function main(name = 'test'): Promise<void> {
  const infra = await startInfrastructure({ name, fsync: name !== 'test', shared: true });
  console.log(`PostgreSQL ${infra.postgresUrl()}`);
  console.log(`Kafka      ${infra.kafkaBrokers()}`);
  console.log(`it runs until \`node tools/run.mjs stop ${name}\``);
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
