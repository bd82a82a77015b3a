// Holds k8s/ against a real API server: `npm run manifests` (KUBECONFIG names the cluster; nothing is kept there).
// Each overlay is rendered and applied with `--dry-run=server --validate=strict`, and each of its pods is asked for by itself,
// so that the admission of `restricted` answers for it. A kind that the server does not know is named and counted.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const KUBECTL = process.env.KUBECTL ?? 'kubectl';
const run = (command, args, input) =>
  spawnSync(command, args, { cwd: ROOT, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

/** Rendered by kustomize, or by the one that kubectl brings. */
export function rendered(path) {
  const kustomize = process.env.KUSTOMIZE ?? 'kustomize';
  for (const [command, args] of [
    [kustomize, ['build', path]],
    [KUBECTL, ['kustomize', path]],
  ]) {
    const { status, stdout, stderr, error } = run(command, args);
    if (error?.code === 'ENOENT') continue;
    if (status !== 0) throw new Error(`${path}: ${stderr.trim()}`);
    return stdout;
  }
  return undefined;
}

const apply = (manifest) => run(KUBECTL, ['apply', '--dry-run=server', '--validate=strict', '-f', '-'], manifest);

function checked(overlay) {
  const manifest = rendered(`k8s/overlays/${overlay}`);
  const { status, stdout, stderr } = apply(manifest);
  const accepted = stdout.split('\n').filter((line) => line.includes('(server dry run)'));
  const kinds = manifest.match(/^kind: /gm).length;
  const refused = stderr.split('\n').filter((line) => line !== '' && !/last-applied-configuration/.test(line));
  console.log(`${overlay}: ${accepted.length} of ${kinds} manifests accepted`);
  const objects = run(
    KUBECTL,
    ['create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', '-'],
    native(manifest),
  ).stdout;
  const pods = podsOf(objects.trim() === '' ? [] : listed(objects));
  const turnedAway = pods.flatMap((pod) => {
    const answer = apply(JSON.stringify(pod));
    return answer.status === 0 && !/would violate/.test(answer.stderr)
      ? []
      : [`${pod.metadata.name}: ${answer.stderr.trim()}`];
  });
  console.log(`${overlay}: ${pods.length - turnedAway.length} of ${pods.length} pods admitted by \`restricted\``);
  for (const line of [...refused, ...turnedAway]) console.error(`✘ ${line}`);
  return (
    status === 0 && accepted.length === kinds && refused.length === 0 && turnedAway.length === 0 && pods.length > 0
  );
}

/** Workloads that Kubernetes itself knows. */
const native = (manifest) =>
  manifest
    .split(/^---$/m)
    .filter((part) => /^kind: (Deployment|StatefulSet|Job)$/m.test(part))
    .join('---');

/** kubectl prints one object after the other. */
const listed = (text) => JSON.parse(`[${text.trim().replace(/^}\n{/gm, '},\n{')}]`);

const podsOf = (objects) =>
  objects.map(({ metadata, spec }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `probe-${metadata.name}`, namespace: 'qiongtong', labels: spec.template.metadata.labels },
    spec: {
      ...spec.template.spec,
      volumes: [
        ...(spec.template.spec.volumes ?? []),
        ...(spec.volumeClaimTemplates ?? []).map((claim) => ({ name: claim.metadata.name, emptyDir: {} })),
      ],
    },
  }));

function main() {
  if (run(KUBECTL, ['version', '--client']).error) return (console.log('not run: there is no kubectl here'), 0);
  if (run(KUBECTL, ['get', '--raw', '/readyz']).status !== 0) return (console.log('not run: no cluster answers'), 0);
  // The namespace must be there for what is to be in it, and enforce what it will enforce.
  const known = run(KUBECTL, ['get', 'namespace', 'qiongtong']).status === 0;
  const namespace = join('k8s', 'base', 'namespace.yaml');
  run(KUBECTL, ['apply', '-f', namespace]);
  const sound = ['dev', 'production'].map(checked).every(Boolean);
  if (!known) run(KUBECTL, ['delete', 'namespace', 'qiongtong', '--wait=false']);
  return sound ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main());
