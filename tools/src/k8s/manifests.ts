import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '@qiongtong/testing';
import { loadAll } from 'js-yaml';

export type Labels = Readonly<Record<string, string>>;
type Security = Readonly<Record<string, unknown>>;
export type Container = Readonly<{
  name: string;
  image: string;
  resources?: { requests?: Labels; limits?: Labels };
  securityContext?: Security & { capabilities?: { drop?: string[] } };
  startupProbe?: object;
  readinessProbe?: object;
  livenessProbe?: object;
}>;
export type Pod = Readonly<{
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  topologySpreadConstraints?: readonly unknown[];
  securityContext?: Security & { seccompProfile?: { type: string } };
  containers: readonly Container[];
  initContainers?: readonly Container[];
}>;
export type Manifest = Readonly<{
  kind: string;
  metadata: { name: string; labels?: Labels };
  automountServiceAccountToken?: boolean;
  data?: Labels;
  // Of as many shapes as there are kinds; each test reads what it asks for.
  spec: never;
}>;

export const OVERLAYS = ['dev', 'production'] as const;
const K8S = join(WORKSPACE, 'k8s');

/** null where neither kustomize nor kubectl is found. */
export function rendered(overlay: string): Manifest[] | null {
  const { KUSTOMIZE = 'kustomize', KUBECTL = 'kubectl' } = process.env;
  const folder = join(K8S, 'overlays', overlay);
  for (const [command, word] of [
    [KUSTOMIZE, 'build'],
    [KUBECTL, 'kustomize'],
  ] as const)
    try {
      return parsed(execFileSync(command, [word, folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  return null;
}

/** What stands in the files of the base and of an overlay, without the overlay's patches. */
export function written(overlay: string): Manifest[] {
  return ['base', join('base', 'services'), join('overlays', overlay)]
    .flatMap((folder) =>
      readdirSync(join(K8S, folder))
        .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
        .map((name) => join(K8S, folder, name)),
    )
    .flatMap((file) => parsed(readFileSync(file, 'utf8')));
}

const parsed = (text: string): Manifest[] =>
  loadAll(text).filter((one): one is Manifest => typeof (one as Manifest | null)?.kind === 'string');

export type Workload = Readonly<{ kind: string; name: string; labels: Labels; pod: Pod }>;

export const workloads = (manifests: readonly Manifest[]): Workload[] =>
  manifests
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind))
    .map(({ kind, metadata, spec }) => {
      const { template } = spec as { template: { metadata: { labels: Labels }; spec: Pod } };
      return { kind, name: metadata.name, labels: template.metadata.labels, pod: template.spec };
    });
