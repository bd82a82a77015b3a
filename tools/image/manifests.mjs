// In the build of an image: copies what decides which packages are installed. node tools/image/manifests.mjs OUT
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const out = process.argv[2];
const projects = ['apps', 'libs'].flatMap((group) => readdirSync(group).map((name) => `${group}/${name}`));
for (const file of [
  'package-lock.json',
  '.npmrc',
  ...['.', 'tools', 'e2e', 'bench', ...projects].map((path) => `${path}/package.json`),
])
  if (existsSync(file)) cpSync(file, join(out, file), { recursive: true });
