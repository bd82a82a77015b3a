import {
  anItem,
  anOrganisation,
  aResource,
  aSystem,
  PolicyPublisher,
  startPlatform,
  testIssuer,
  type Platform,
  type ProcessName,
  type TestIssuer,
} from '@qiongtong/testing';

export const BY_REST = '102000-000001';
export const BY_KAFKA = '102000-000002';
/** Of the department that reads. */
export const PURPOSE = { purpose: 'social-aid.eligibility' };

export type PushingWorld = Readonly<{ platform: Platform; issuer: TestIssuer; stop: () => Promise<void> }>;

/**
 * A platform on parts of its own with a policy of its own: the system `source` of `mzt` provides two unconditional resources
 * of `no` and `text`, which `mzj-system` of another department may read.
 */
export async function startPushingWorld(name: string, processes: readonly ProcessName[]): Promise<PushingWorld> {
  const issuer = await testIssuer();
  let publisher: PolicyPublisher | undefined;
  const platform = await startPlatform({
    name: `${name}-${process.pid}`,
    processes,
    env: { all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' } },
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      await publishWorld(publisher);
    },
  });
  const stop = async (): Promise<void> => {
    await publisher?.stop();
    await platform.remove();
    await issuer.close();
  };
  return { platform, issuer, stop };
}

async function publishWorld(world: PolicyPublisher): Promise<void> {
  const items = [
    anItem({ code: 'no', length: '20', key: true, required: true }),
    anItem({ code: 'text', length: '100' }),
  ];
  const provides = [BY_REST, BY_KAFKA];
  await world.publish('policy.organisations', anOrganisation({ id: 'mzt' }), anOrganisation());
  await world.publish(
    'policy.systems',
    aSystem({ id: 'source', ownerId: 'mzt', departmentId: 'mzt', provides, kafka: true }),
    aSystem(),
  );
  for (const id of provides)
    await world.publish('policy.resources', aResource({ id, sharingType: 'UNCONDITIONAL', items }));
}
