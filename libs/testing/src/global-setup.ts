import { startContainers, wantsContainers, type ContainedInfrastructure } from './containers';
import { startInfrastructure, type Infrastructure } from './infrastructure';
import { Instance, sweepAbandoned } from './instance';
import { isAlive } from './processes';
import { describeForTests, TEST_INFRASTRUCTURE } from './test-infrastructure';

export const SHARED_TEST_INSTANCE = 'test';
const OWN = Symbol.for('qiongtong.test-infrastructure');
type Holder = { [OWN]?: Infrastructure | ContainedInfrastructure };

/**
 * Once per run, for all projects that name this file: takes the infrastructure it is given, else joins the shared
 * instance where a developer keeps one running (`node tools/run.mjs infra test`), else starts one of its own, from
 * images where `TEST_INFRA=containers` asks for it.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env[TEST_INFRASTRUCTURE] !== undefined) return;
  await sweepAbandoned();
  const holder = globalThis as Holder;
  if (wantsContainers()) {
    const contained = await startContainers(`test-${process.pid}`);
    holder[OWN] = contained;
    process.env[TEST_INFRASTRUCTURE] = JSON.stringify(contained.described);
    return;
  }
  const shared = new Instance(SHARED_TEST_INSTANCE).read();
  const join = shared.shared === true && isAlive(shared.postgres?.process) && isAlive(shared.kafka?.process);
  const infra = await startInfrastructure({
    name: join ? SHARED_TEST_INSTANCE : `test-${process.pid}`,
    fsync: false,
    temporary: !join,
  });
  if (!join) {
    infra.watch();
    holder[OWN] = infra;
  }
  process.env[TEST_INFRASTRUCTURE] = JSON.stringify(describeForTests(infra));
}

export async function stopOwnInfrastructure(): Promise<void> {
  const holder = globalThis as Holder;
  const infra = holder[OWN];
  if (infra === undefined) return;
  delete holder[OWN];
  delete process.env[TEST_INFRASTRUCTURE];
  await infra.stop();
  if ('instance' in infra) infra.instance.remove();
  else new Instance(infra.described.instance).remove();
}
