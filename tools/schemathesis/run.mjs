// Tries every operation of the API as it is documented, with what fits the document and what does not, by several
// callers: no answer of a server at fault, no status and no form that the document does not have. Needs Schemathesis (PyPI).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const CHECKS = 'no_fault,status_code_conformance,content_type_conformance,response_schema_conformance';
const USAGE = `usage: npm run fuzz-api [-- --url http://127.0.0.1:8080 --as gxt-responsible,mzt-responsible,ybj-system --phases coverage,fuzzing --seconds 180 --seed N]

Tries the API of a running demo (DEMO_INSTANCE). Schemathesis is looked for on the PATH or as SCHEMATHESIS; \`pip install schemathesis\` has it.`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    as: { type: 'string', default: 'gxt-responsible,mzt-responsible,ybj-system' },
    phases: { type: 'string', default: 'coverage,fuzzing' },
    seconds: { type: 'string', default: '180' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});
const schemathesis = process.env.SCHEMATHESIS ?? 'schemathesis';
if (values.help || spawnSync(schemathesis, ['--version']).status !== 0) {
  console.error(USAGE);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'qiongtong-fuzz-'));
const document = await (await fetch(`${values.url}/v1/openapi.json`)).json();
const file = join(folder, 'openapi.json');
writeFileSync(file, JSON.stringify(document));
let failed = false;
for (const caller of values.as.split(',')) {
  const token = tokenOf(caller);
  const known = join(folder, `${caller}.json`);
  writeFileSync(known, JSON.stringify(await knownTo(token)));
  console.log(`— as ${caller}`);
  const tried = spawnSync(
    schemathesis,
    [
      ...['run', file, '--url', values.url, '--header', `Authorization: Bearer ${token}`, '--workers', '2'],
      ...['--phases', values.phases, '--checks', CHECKS, '--max-examples', '8', '--max-time', values.seconds],
      ...['--continue-on-failure', '--suppress-health-check', 'all', '--request-timeout', '30', '--seed', values.seed],
      ...['--warnings', 'off'],
    ],
    {
      stdio: 'inherit',
      cwd: folder,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: join(HERE, 'hooks.py'),
        QIONGTONG_KNOWN_IDS: known,
        PYTHONHASHSEED: values.seed,
      },
    },
  );
  failed ||= tried.status !== 0;
}
if (failed) console.log(`what was tried lies in ${folder}`);
else rmSync(folder, { recursive: true });
process.exit(failed ? 1 : 0);

function tokenOf(caller) {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'tools', 'run.mjs'), 'token', caller], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout.trim();
}

/** Ids that the caller's lists name, by the path of the list. */
async function knownTo(token) {
  const known = {};
  for (const path of Object.keys(document.paths)) {
    if (path.includes('{') || !document.paths[path].get) continue;
    // A connection of its own: between two callers the server has closed the ones that were kept.
    const answer = await fetch(values.url + path, {
      headers: { authorization: `Bearer ${token}`, connection: 'close' },
    });
    const text = await answer.text();
    const body = answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : {};
    const ids = (body.items ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    if (ids.length > 0) known[path] = ids;
  }
  known['/v1/resources'] ??= known['/v1/catalogue/entries'];
  return known;
}
