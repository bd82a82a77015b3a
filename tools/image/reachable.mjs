// In the build of an image: removes the packages that the service does not reach by what it declares. npm leaves some, as
// it installs the tools of a linked project and what others may use if it is there.
//   node tools/image/reachable.mjs SERVICE   (where `npm ci -w apps/SERVICE` ran)
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve('.');
const kept = new Set();
visit(resolve('apps', process.argv[2]));
for (const folder of modulesFolders())
  for (const path of packagesIn(folder)) if (!isKept(path)) rmSync(path, { recursive: true });

function visit(folder) {
  if (kept.has(folder)) return;
  kept.add(folder);
  const {
    dependencies,
    optionalDependencies,
    peerDependencies,
    peerDependenciesMeta = {},
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta[name]?.optional);
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
    const found = resolved(name, folder);
    if (found !== undefined) visit(found);
  }
}

/** As Node looks for it: in the folders above, the nearest first. */
function resolved(name, from) {
  for (let at = from; at.startsWith(ROOT); at = dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return realpathSync(path);
  }
  return undefined;
}

function modulesFolders() {
  const projects = ['apps', 'libs'].flatMap((group) => readdirSync(group).map((name) => join(group, name)));
  return ['.', ...projects].map((path) => resolve(path, 'node_modules')).filter((path) => existsSync(path));
}

function packagesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap(({ name }) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((part) => join(name, part)) : [name],
    )
    .map((name) => join(folder, name));
}

/** A package inside another is kept or goes with it. */
function isKept(path) {
  if (!existsSync(path)) return false;
  const real = realpathSync(path);
  return kept.has(real) || [...kept].some((one) => one.startsWith(`${real}/node_modules/`));
}
