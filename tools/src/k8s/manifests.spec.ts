import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHopKeys, WORKSPACE } from '@qiongtong/testing';
import { Edges } from './edges';
import { kafkaUsers } from './kafka-users';
import { OVERLAYS, rendered, workloads, written, type Labels, type Manifest, type Workload } from './manifests';

const SERVICES = readdirSync(join(WORKSPACE, 'apps')).filter((name) => {
  const project = join(WORKSPACE, 'apps', name, 'project.json');
  return existsSync(project) && readFileSync(project, 'utf8').includes('"type:service"') && name !== 'dev-identity';
});
const WITH_DATABASE = SERVICES.filter((name) => existsSync(join(WORKSPACE, 'apps', name, 'src', 'migrations')));
const files = (...path: string[]): string => readFileSync(join(WORKSPACE, 'k8s', ...path), 'utf8');
describe.each(OVERLAYS)('the overlay %s [R14.7]', (overlay) => {
  const whole = rendered(overlay);
  // A bare machine has no kustomize: what stands in the files must hold all the same.
  if (whole === null) console.log(`${overlay}: patches not read, there is neither kustomize nor kubectl here`);
  const manifests: Manifest[] = whole ?? written(overlay);
  const all: Workload[] = workloads(manifests);
  const named = (kind: string) => manifests.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);

  it('has a deployment and what belongs to it for every service, and a migration for every database', () => {
    expect(named('Deployment')).toEqual(expect.arrayContaining(SERVICES));
    expect(named('Service')).toEqual(expect.arrayContaining(SERVICES));
    expect(named('Job')).toEqual(expect.arrayContaining(['topics', ...WITH_DATABASE.map((name) => `migrate-${name}`)]));
    if (overlay === 'production')
      for (const kind of ['PodDisruptionBudget', 'HorizontalPodAutoscaler'])
        expect(named(kind).sort()).toEqual([...SERVICES].sort());
  });

  it.each(all.map((one) => [`${one.kind} ${one.name}`, one] as const))(
    '%s runs without privileges, within limits, and knows nothing of the cluster',
    (_name, { pod }) => {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      const account = manifests.find(
        ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === pod.serviceAccountName,
      );
      expect(account?.automountServiceAccountToken).toBe(false);
      for (const { securityContext, resources } of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        for (const amounts of [resources?.requests, resources?.limits])
          expect(amounts).toEqual({ cpu: expect.any(String) as string, memory: expect.any(String) as string });
      }
    },
  );

  it.each(all.filter(({ kind }) => kind !== 'Job').map((one) => [one.name, one] as const))(
    '%s is probed in three ways and has time to drain',
    (_name, { pod, labels }) => {
      for (const { startupProbe, readinessProbe, livenessProbe } of pod.containers) {
        expect([startupProbe, readinessProbe, livenessProbe]).not.toContain(undefined);
        if (labels['app.kubernetes.io/component'] === 'service') {
          expect(JSON.stringify([startupProbe, readinessProbe, livenessProbe])).toMatch(
            /health\/startup.*health\/ready.*health\/live/,
          );
          expect(pod.topologySpreadConstraints).toHaveLength(2);
        }
      }
      const drain = Number(/^DRAIN_TIMEOUT_MS=(\d+)$/m.exec(files('base', 'platform.env'))?.[1]);
      if (labels['app.kubernetes.io/component'] === 'service')
        expect(pod.terminationGracePeriodSeconds! * 1000).toBeGreaterThan(drain);
    },
  );

  it('lets nobody speak to anybody, but for the edges that are needed', () => {
    const edges = new Edges(manifests);
    for (const { labels } of all) expect(edges.isClosed(labels)).toBe(true);
    const pods = new Map<string, Labels>(
      all.map((one) => [one.kind === 'Job' ? `job ${one.name}` : one.name, one.labels]),
    );
    if (overlay === 'production') {
      pods.set('kafka', { 'qiongtong/part': 'kafka' });
      for (const name of WITH_DATABASE) pods.set(`database ${name}`, { 'qiongtong/database': name });
    }
    const found: string[] = [];
    for (const [from, own] of pods)
      for (const [to, other] of pods)
        for (const port of [8080, 9090, 5432, 9092])
          if (from !== to && edges.allows(own, other, port)) found.push(`${from} → ${to}:${port}`);
    const database = (name: string) => (overlay === 'production' ? `database ${name}` : 'postgres');
    const expected = [
      ...SERVICES.filter((name) => name !== 'gateway').map((name) => `gateway → ${name}:8080`),
      'audit → exchange:8080',
      ...[...SERVICES, 'job topics'].map((name) => `${name} → kafka:9092`),
      ...WITH_DATABASE.flatMap((name) =>
        [name, `job migrate-${name}`].map((from) => `${from} → ${database(name)}:5432`),
      ),
      ...(overlay === 'dev' ? ['gateway → dev-identity:8080'] : []),
    ];
    expect(found.sort()).toEqual(expected.sort());
  });
});

describe('the overlay for a province', () => {
  it('has the users of the broker that the table of topics asks for [R14.7]', () => {
    expect(files('overlays', 'production', 'kafka-users.yaml')).toBe(kafkaUsers());
    expect(kafkaUsers('hainan.')).toContain("name: 'hainan.facts.exchange', patternType: literal");
  });

  it('alerts on figures that there are, each with its page', () => {
    const alerts = files('overlays', 'production', 'alerts.yaml');
    const guide = readFileSync(join(WORKSPACE, 'docs', 'guides', 'operate.md'), 'utf8');
    const anchors = [...alerts.matchAll(/operate\.md#([a-z-]+)/g)].map(([, anchor]) => anchor!);
    expect(anchors.length).toBe(alerts.match(/- alert: /g)!.length);
    for (const anchor of anchors) expect(guide).toContain(`\n### ${anchor}\n`);
    const code = sourcesOf('libs/platform/src', 'apps/audit/src');
    for (const [metric] of alerts.matchAll(/\b(qiongtong|http)_[a-z_]+/g))
      expect(code).toContain(`'${metric.replace(/_bucket$|_count$/, '')}'`);
  });
});

it('secrets of one machine have a key for every pair of services that speak, on both sides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiongtong-secrets-'));
  try {
    const pairs = readdirSync(createHopKeys(join(folder, 'embedded')));
    const make = () =>
      execFileSync(process.execPath, [join(WORKSPACE, 'tools', 'compose', 'secrets.mjs'), folder], {
        encoding: 'utf8',
      });
    expect(make()).not.toMatch(/^0 /);
    for (const name of SERVICES)
      expect(readdirSync(join(folder, name, 'hop-keys')).sort()).toEqual(
        pairs.filter((pair) => pair.replace('.json', '').split('-').includes(name)).sort(),
      );
    const key = (of: string) => readFileSync(join(folder, of, 'hop-keys', 'catalogue-gateway.json'), 'utf8');
    expect(key('catalogue')).toBe(key('gateway'));
    expect(make()).toMatch(/^0 secrets made/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function sourcesOf(...folders: string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(WORKSPACE, name), 'utf8'))
    .join('\n');
}
