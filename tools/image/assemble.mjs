// In the build of an image: lays out what one service needs at run time, and nothing else.
//   node tools/image/assemble.mjs SERVICE DEPENDENCIES OUT   (run from the sources; the build is done)
// DEPENDENCIES is a copy of the manifests in which `npm ci --omit=dev -w apps/SERVICE` ran.
import { cpSync, existsSync, lstatSync, lutimesSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { extname, join } from 'node:path';

const [service, dependencies, out] = process.argv.slice(2);
const LIBRARIES = ['contracts', 'platform', 'regulation'];
/** Sources, types, maps and texts that no program opens. Licences stay. */
const IDLE = /\.(d\.ts|d\.mts|d\.cts|ts|mts|cts|map|md|markdown)$/;
const IDLE_FOLDERS = new Set([
  'test',
  'tests',
  '__tests__',
  'docs',
  'example',
  'examples',
  '.github',
  'bench',
  'benchmarks',
]);

const copy = (path, from = '.') => {
  if (existsSync(join(from, path)))
    cpSync(join(from, path), join(out, path), { recursive: true, verbatimSymlinks: true });
};

mkdirSync(out, { recursive: true });
copy('node_modules', dependencies);
for (const project of [`apps/${service}`, ...LIBRARIES.map((name) => `libs/${name}`)]) {
  for (const part of ['package.json', 'dist', 'assets', 'openapi.json']) copy(`${project}/${part}`);
  copy(`${project}/node_modules`, dependencies);
}
// The gateway publishes the documents of them all.
if (service === 'gateway')
  for (const name of readdirSync('apps'))
    if (existsSync(`apps/${name}/openapi.json`)) copy(`apps/${name}/openapi.json`);
cpSync('tools/image/health.mjs', join(out, 'health.mjs'));
symlinkSync(`apps/${service}/dist/main.js`, join(out, 'main.js'));
for (const group of ['.', 'apps', 'libs'])
  for (const name of group === '.' ? ['.'] : readdirSync(join(out, group))) {
    const modules = join(out, group, name, 'node_modules');
    if (existsSync(modules)) prune(modules);
  }
dated(out, Number(process.env.SOURCE_DATE_EPOCH ?? 0));

function prune(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      // Links to projects that are not part of this image.
      if (!existsSync(path)) rmSync(path);
    } else if (entry.isDirectory()) {
      // Packages may be named like that: only what lies inside one is idle.
      const inside =
        !/node_modules$/.test(folder) && !/node_modules\/@[^/]+$/.test(folder) && folder.includes('node_modules');
      if (entry.name === '.bin' || (inside && IDLE_FOLDERS.has(entry.name))) rmSync(path, { recursive: true });
      else prune(path);
    } else if (IDLE.test(entry.name) && !/licen[cs]e|notice/i.test(entry.name) && extname(entry.name) !== '')
      rmSync(path);
    else if (entry.name === '.package-lock.json') rmSync(path);
  }
}

/** The same build has the same bytes, whenever it ran. */
function dated(path, epoch) {
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) dated(join(path, name), epoch);
  lutimesSync(path, epoch, epoch);
}
