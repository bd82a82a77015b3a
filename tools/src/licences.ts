import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '@qiongtong/testing';

export const PAGE = join(WORKSPACE, 'docs', 'reference', 'licences.md');

/** Licences, by their SPDX names, whose packages the platform may be given on with, under its own. */
const ALLOWED = new Set(
  '0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BlueOak-1.0.0 CC-BY-4.0 CC0-1.0 ISC MIT MIT/X11 Python-2.0 Unlicense Zlib'.split(
    ' ',
  ),
);

/** Packages that name theirs only in a file of theirs, which was read. */
const READ: Readonly<Record<string, string>> = {
  'buffers@0.1.1': 'MIT/X11',
  'buildcheck@0.0.7': 'MIT',
  'cpu-features@0.0.10': 'MIT',
  'passport-strategy@1.0.0': 'MIT',
  'pause@0.0.1': 'MIT',
  'ssh2@1.17.0': 'MIT',
};

export type Locked = Readonly<{ version?: string; license?: string; dev?: boolean; link?: boolean }>;
export type Licensed = Readonly<{ id: string; licence: string; atRunTime: boolean }>;

/** Every package of a lock file with its licence, each version once. @param packages `packages` of a lock file of version 3 */
export function licensedIn(packages: Readonly<Record<string, Locked>>): Licensed[] {
  const found = new Map<string, Licensed>();
  for (const [path, { version, license, dev = false, link = false }] of Object.entries(packages)) {
    const at = path.lastIndexOf('node_modules/');
    if (at === -1 || link) continue;
    const id = `${path.slice(at + 'node_modules/'.length)}@${version ?? ''}`;
    const atRunTime = !dev || found.get(id)?.atRunTime === true;
    found.set(id, { id, licence: license ?? READ[id] ?? 'not named', atRunTime });
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** An expression of SPDX: of several by choice one is enough, of several together each must be allowed. */
export function isAllowed(licence: string): boolean {
  const terms = licence.replace(/[()]/g, '');
  if (terms.includes(' OR ') && terms.includes(' AND ')) return false;
  return terms.includes(' OR ')
    ? terms.split(' OR ').some((one) => ALLOWED.has(one))
    : terms.split(' AND ').every((one) => ALLOWED.has(one));
}

export function licences(): Licensed[] {
  const lock = JSON.parse(readFileSync(join(WORKSPACE, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return licensedIn(lock.packages);
}

export function pageOf(all: readonly Licensed[]): string {
  const groups = Map.groupBy(
    all.filter(({ atRunTime }) => atRunTime),
    ({ licence }) => licence,
  );
  const lines = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([licence, of]) => [`## ${licence}`, '', of.map(({ id }) => `\`${id}\``).join(' · '), '']);
  const tools = all.length - [...groups.values()].flat().length;
  return [
    '# Licences',
    '',
    `Packages that services, images, tools and benchmarks run with, by licence; ${tools} more build and test. Written by \`npm run licences\` from the lock file; a`,
    'test refuses a licence that is not on the list in `tools/src/licences.ts`. Node.js, PostgreSQL and Apache Kafka bring their own.',
    '',
    ...lines,
  ].join('\n');
}

if (require.main === module) {
  writeFileSync(PAGE, pageOf(licences()));
  console.log(`written: ${PAGE.slice(WORKSPACE.length + 1)}`);
}
