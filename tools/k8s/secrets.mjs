// Prints the secrets of the dev overlay: node tools/k8s/secrets.mjs | kubectl apply -f -
// They are made once and kept in FOLDER (.qiongtong/k8s-secrets), so that it may run again.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = process.argv[2] ?? join(ROOT, '.qiongtong', 'k8s-secrets');
mkdirSync(folder, { recursive: true, mode: 0o700 });
execFileSync(process.execPath, [join(ROOT, 'tools', 'compose', 'secrets.mjs'), folder], { stdio: 'ignore' });
const signing = join(folder, 'signing-key.pem');
if (!existsSync(signing))
  writeFileSync(signing, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });

const filesOf = (path) =>
  Object.fromEntries(
    readdirSync(join(folder, path)).map((name) => [name, readFileSync(join(folder, path, name), 'utf8')]),
  );
const secret = (name, stringData) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'qiongtong' },
  type: 'Opaque',
  stringData,
});
const uri = (service, key) => ({ uri: readFileSync(join(folder, service, key), 'utf8') });

const items = [
  ...['gateway', 'authorisation', 'catalogue', 'exchange', 'audit'].map((name) =>
    secret(`hop-keys-${name}`, filesOf(join(name, 'hop-keys'))),
  ),
  ...['authorisation', 'catalogue', 'exchange', 'audit'].map((name) =>
    secret(`database-${name}-app`, uri(name, 'database-url')),
  ),
  secret('database-exchange-reader', uri('exchange', 'reader-database-url')),
  secret('postgres', filesOf('postgres')),
  secret('audit-signing-key', { 'signing-key.pem': readFileSync(signing, 'utf8') }),
];
console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1));
