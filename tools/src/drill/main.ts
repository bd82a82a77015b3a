import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  baseBackup,
  createDatabase,
  Instance,
  PROCESSES,
  startInfrastructure,
  stopInstance,
  withClient,
  WORKSPACE,
  type Backup,
} from '@qiongtong/testing';
import { exportUpTo, saidSince, sizeOf, verify } from './restored-log';
import { ARCHIVE_SECONDS, DrillWorld, eventually, OPEN } from './world';

const name = process.env['DRILL_INSTANCE'] ?? 'drill';
/** The log goes to a server of its own, as in production every service's database does. */
const logName = `${name}-log`;
const OPERATOR = join(WORKSPACE, 'libs', 'platform', 'dist', 'operator', 'main.js');
const BEFORE = { resource: '104000-000001', rows: 500, department: 'jyt', purpose: 'student-aid.eligibility' };
const AFTER = { byKafka: '102000-000004', byKafkaRows: 800, byRest: '105000-000001', department: 'mzt' };

const failures: string[] = [];
/** Whatever ends the drill ends its services: left alone, they would be brought back. */
const started: DrillWorld[] = [];
async function check(what: string, holds: () => Promise<boolean | string>): Promise<void> {
  const found = await holds().catch((error: Error) => `✘${error.message}`);
  const wrong = found === false || (typeof found === 'string' && found.startsWith('✘'));
  if (wrong) failures.push(what);
  console.log(`  ${wrong ? '✘' : '✔'} ${what}${typeof found === 'string' ? `: ${found.replace('✘', '')}` : ''}`);
}
const seconds = (from: number, to = Date.now()): string => `${((to - from) / 1000).toFixed(1)} s`;

/** Everything that was acknowledged before the moment, and how the log stood then. */
type Ledger = Readonly<{
  moment: Date;
  decisions: readonly string[];
  openRows: number;
  checkpoint: string;
  keyFile: string;
}>;

async function before(world: DrillWorld): Promise<Ledger> {
  console.log('\nWritten after the base backup, before the moment');
  await world.loader.push(BEFORE.resource);
  await world.loader.push(OPEN);
  await world.loader.admit(BEFORE.department);
  const decisions: string[] = [];
  await eventually('reads', async () => {
    const { status, decisionId } = await world.read('ybj', 'medical-aid.eligibility');
    if (status === 200) decisions.push(decisionId);
    return decisions.length >= 5;
  });
  for (const id of decisions) await eventually('its record in the log', () => world.logged(id));
  const checkpoint = await world.text('/v1/audit/checkpoint');
  const keyFile = world.platform.instance.path('audit-key.txt');
  writeFileSync(keyFile, await world.text('/v1/audit/key'));
  const openRows = await world.records(OPEN);
  const moment = await withClient(world.platform.databaseUrl('exchange'), async (client) => {
    return (await client.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]!.now;
  });
  console.log(
    `  ${decisions.length} reads, ${BEFORE.rows + openRows} rows, an admission; checkpoint of ${sizeOf(checkpoint)} entries exported`,
  );
  // A millisecond is all that a JavaScript date keeps of it.
  return { moment: new Date(moment.getTime() + 1), decisions, openRows, checkpoint, keyFile };
}

async function after(world: DrillWorld): Promise<string> {
  console.log('\nWritten after the moment');
  await world.loader.push(AFTER.byKafka);
  await world.loader.push(AFTER.byRest);
  await world.loader.admit(AFTER.department);
  const { decisionId } = await world.read('ybj', 'medical-aid.eligibility');
  await eventually('its record in the log', () => world.logged(decisionId));
  console.log(
    `  ${AFTER.byKafkaRows} rows by Kafka, ${await world.records(AFTER.byRest)} by REST, an admission, a read`,
  );
  return decisionId;
}

/** Services end as in a power cut, and the disk of the databases is gone. @returns how far behind the archive was */
async function lose({ platform }: DrillWorld): Promise<string> {
  const infrastructure = platform.infrastructure!;
  for (const process of PROCESSES) await platform.kill(process);
  const behind = await withClient(infrastructure.postgresUrl(), async (client) => {
    const { rows } = await client.query<{ seconds: number }>(
      'SELECT extract(epoch FROM clock_timestamp() - last_archived_time)::float8 AS seconds FROM pg_stat_archiver',
    );
    // What a standby in step has beside the archive: here the last segment is archived before the disk goes.
    const [{ segment } = { segment: '' }] = (
      await client.query<{ segment: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS segment')
    ).rows;
    await eventually('the last segment in the archive', async () => {
      const found = await client.query('SELECT FROM pg_stat_archiver WHERE last_archived_wal >= $1', [segment]);
      return found.rowCount === 1;
    });
    return rows[0]!.seconds;
  });
  await infrastructure.killPostgres();
  infrastructure.destroyPostgres();
  await platform.stop();
  return `${behind.toFixed(1)} s`;
}

async function restored(backup: Backup, ledger: Ledger): Promise<string> {
  const log = await startInfrastructure({ name: logName, kafka: false, restoreFrom: backup });
  const side = await startInfrastructure({ name, restoreFrom: { ...backup, until: ledger.moment } });
  await check('the restored log is the one that was exported, by its checkpoint', async () => {
    const [file, note] = [new Instance(name).path('restored-log.ndjson'), new Instance(name).path('checkpoint')];
    writeFileSync(note, ledger.checkpoint);
    await exportUpTo(log.postgresUrl('audit'), ledger.checkpoint, file);
    return verify('log', file, '--key', ledger.keyFile, '--checkpoint', note);
  });
  await check('so are its plain files, which were no part of the database', () =>
    verify('folder', new Instance(name).path('audit', 'log'), '--key', ledger.keyFile),
  );
  for (const service of ['authorisation', 'catalogue', 'exchange'] as const)
    await rewind(service, side.postgresUrl(service), side.kafkaBrokers());
  await rewind('audit', log.postgresUrl('audit'), side.kafkaBrokers());
  return log.postgresUrl();
}

/** The broker counts a killed member as running until its session is over. */
async function rewind(service: string, DATABASE_URL: string, KAFKA_BROKERS: string): Promise<void> {
  const env = { PATH: process.env['PATH'], DATABASE_URL, KAFKA_BROKERS };
  let moved = 0;
  await eventually(`positions rewind of ${service}`, async () => {
    const ran = spawnSync(process.execPath, [OPERATOR, 'positions', 'rewind'], { env, encoding: 'utf8' });
    moved = ran.stdout.split('\n').filter(Boolean).length;
    if (ran.status !== 0 && !ran.stderr.includes('are running')) throw new Error(ran.stderr);
    return ran.status === 0;
  });
  console.log(`  ${service}: ${moved} places of consumers set back`);
}

async function lookAt(world: DrillWorld, ledger: Ledger, later: string): Promise<void> {
  console.log('\nWhat is there again');
  await check('every row acknowledged before the moment', async () => {
    const [byKafka, byRest] = [await world.records(BEFORE.resource), await world.records(OPEN)];
    return byKafka === BEFORE.rows && byRest === ledger.openRows
      ? `${byKafka + byRest} rows`
      : `✘${byKafka} and ${byRest}`;
  });
  await check('the admission of before the moment lets the department read', async () => {
    await eventually('a read', async () => (await world.read(BEFORE.department, BEFORE.purpose)).status === 200);
    return true;
  });
  await check('the log has every access, also of after the moment', async () => {
    for (const id of [...ledger.decisions, later]) await eventually(`access ${id}`, () => world.logged(id));
    return `${ledger.decisions.length + 1} accesses`;
  });
  await check('the log goes on, sealed under the same key, past the exported checkpoint', async () => {
    const { decisionId } = await world.read('ybj', 'medical-aid.eligibility');
    await eventually('its record', () => world.logged(decisionId));
    const size = sizeOf(await world.text('/v1/audit/checkpoint'));
    return size > sizeOf(ledger.checkpoint) && `${size} entries`;
  });
  await check('rows pushed by Kafka after the moment come back from the broker', async () => {
    await eventually('them', async () => (await world.records(AFTER.byKafka)) === AFTER.byKafkaRows);
    return `${AFTER.byKafkaRows} rows`;
  });
  await check('rows pushed by REST after it do not: their source pushes them again', async () => {
    return (await world.records(AFTER.byRest)) === 0;
  });
}

async function main(): Promise<void> {
  for (const instance of [new Instance(name), new Instance(logName)]) {
    if (instance.exists()) await stopInstance(instance, console.log);
    instance.remove();
  }
  console.log('Starting the province of the demo, its write-ahead log archived');
  const first = await DrillWorld.start(name);
  started.push(first);
  await first.load([OPEN, BEFORE.resource, AFTER.byKafka, AFTER.byRest]);
  const began = Date.now();
  const { instance, infrastructure } = first.platform;
  const backup = await baseBackup(instance, infrastructure!.postgresUrl(), instance.path('backup'));
  console.log(`  base backup taken (${seconds(began)})`);
  const ledger = await before(first);
  const later = await after(first);
  const lostAt = Date.now();
  const behind = await lose(first);

  console.log('\nThe databases are lost. Restoring into a side environment');
  const restoring = Date.now();
  const logServer = await restored(backup, ledger);
  const verifiedAt = Date.now();
  process.env['DATABASE_URL_AUDIT'] = (await createDatabase(logServer, 'audit')).url;
  const second = await DrillWorld.start(name);
  started.push(second);
  try {
    await eventually('a first read', async () => (await second.read('ybj', 'medical-aid.eligibility')).status === 200);
    const servingAt = Date.now();
    await lookAt(second, ledger, later);
    console.log('\nWhat has to be done again, by the log (acts of after the moment that no database has)');
    for (const { producer, type, count } of await saidSince(process.env['DATABASE_URL_AUDIT'], ledger.moment))
      console.log(`  ${producer.padEnd(14)} ${type.padEnd(44)} ${count}`);
    console.log(`
RPO  state of the services: ${seconds(ledger.moment.getTime(), lostAt)}, the moment that was chosen
     the log and what came by Kafka: 0
     by the archive alone it could have been ${behind}: what was not archived yet (archive_timeout ${ARCHIVE_SECONDS} s)
RTO  ${seconds(restoring, servingAt)}: databases restored and the log verified after ${seconds(restoring, verifiedAt)}, then services started until a first read`);
  } finally {
    await second.platform.stop();
    await stopInstance(new Instance(logName));
    if (!process.argv.includes('--keep')) for (const instance of [name, logName]) new Instance(instance).remove();
  }
}

main().then(
  () => {
    if (failures.length > 0) console.log(`\n${failures.length} did not hold: ${failures.join('; ')}`);
    else console.log('\nEverything held.');
    process.exit(failures.length === 0 ? 0 : 1);
  },
  async (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    for (const { platform } of started) await platform.stop().catch(() => undefined);
    for (const instance of [name, logName])
      if (new Instance(instance).exists()) await stopInstance(new Instance(instance)).catch(() => undefined);
    process.exit(1);
  },
);
