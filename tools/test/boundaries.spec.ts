import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { basename, dirname, join, resolve } from 'node:path';

jest.setTimeout(180_000);

const WORKSPACE = resolve(__dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'qiongtong-boundaries-'));

const put = (path: string, source: string): void => {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), source);
};

/** The workspace as lint sees it, with the real rules and tags, and next to no code in it. */
function copyWorkspace(): void {
  for (const file of [
    'package.json',
    'package-lock.json',
    'nx.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'eslint.config.mjs',
  ]) {
    copyFileSync(join(WORKSPACE, file), join(copy, file));
  }
  mkdirSync(join(copy, 'node_modules/@qiongtong'), { recursive: true });
  for (const name of readdirSync(join(WORKSPACE, 'node_modules'))) {
    if (name !== '@qiongtong') symlinkSync(join(WORKSPACE, 'node_modules', name), join(copy, 'node_modules', name));
  }
  const projects = ['apps', 'libs']
    .flatMap((group) => readdirSync(join(WORKSPACE, group)).map((name) => join(group, name)))
    .concat('tools', 'e2e', 'bench')
    .filter((project) => existsSync(join(WORKSPACE, project, 'project.json')));
  for (const project of projects) {
    put(join(project, 'src/index.ts'), 'export const nothing = 0;\n');
    symlinkSync(join(copy, project), join(copy, 'node_modules/@qiongtong', basename(project)));
    for (const file of ['project.json', 'package.json']) {
      copyFileSync(join(WORKSPACE, project, file), join(copy, project, file));
    }
  }
}

function lint(): { status: number | null; output: string } {
  const nx = join(WORKSPACE, 'node_modules/nx/dist/bin/nx.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [nx, 'run-many', '-t', 'lint', '--outputStyle=static', '--skip-nx-cache'],
    {
      cwd: copy,
      encoding: 'utf8',
      env: {
        PATH: `${join(WORKSPACE, 'node_modules/.bin')}:${process.env['PATH']}`,
        HOME: process.env['HOME'],
        NX_DAEMON: 'false',
        NX_TUI: 'false',
      },
    },
  );
  return { status, output: stripVTControlCharacters(stdout + stderr) };
}

/** What the linter says of one file: from its path to the next. */
function saidOf(path: string, output: string): string {
  const from = output.indexOf(`/${path}\n`);
  return from < 0 ? '' : (output.slice(from).split(/\n(?=\/|\n)/)[0] ?? '');
}

const EDGE = '@nx/enforce-module-boundaries';
const IMPORTS = 'no-restricted-imports';
const FORBIDDEN: [what: string, path: string, source: string, rule: string][] = [
  ['a service that imports the testing library', 'apps/gateway/src/a.ts', "import '@qiongtong/testing';", EDGE],
  ['a service that imports another service', 'apps/gateway/src/b.ts', "import '@qiongtong/exchange';", IMPORTS],
  ['a service that reaches into another', 'apps/gateway/src/b2.ts', "import '@qiongtong/exchange/src/index';", IMPORTS],
  ['a service that reaches into another by path', 'apps/gateway/src/b3.ts', "import '../../exchange/src/index';", EDGE],
  [
    'a service that reaches into a library by path',
    'apps/audit/src/c.ts',
    "import '../../../libs/platform/src/index';",
    EDGE,
  ],
  ['the platform that imports the measures', 'libs/platform/src/d.ts', "import '@qiongtong/regulation';", EDGE],
  ['the measures that import the platform', 'libs/regulation/src/e.ts', "import '@qiongtong/platform';", EDGE],
  ['the contracts that import a framework', 'libs/contracts/src/f.ts', "import '@nestjs/common';", EDGE],
  [
    'the contracts that import a library above them',
    'libs/contracts/src/g.ts',
    "import '@qiongtong/regulation';",
    'Circular dependency',
  ],
  [
    'the identity provider that imports the platform',
    'apps/dev-identity/src/h.ts',
    "import '@qiongtong/platform';",
    EDGE,
  ],
  ['a domain that imports its store', 'apps/exchange/src/records/domain/i.ts', "import '../records.store';", IMPORTS],
  [
    'a domain that imports the platform',
    'apps/exchange/src/records/domain/j.ts',
    "import '@qiongtong/platform';",
    IMPORTS,
  ],
  ['a domain that does I/O', 'apps/exchange/src/records/domain/k.ts', "import 'node:fs';", IMPORTS],
  [
    'a domain that looks at the clock',
    'apps/exchange/src/records/domain/l.ts',
    'export const at = Date.now();',
    'no-restricted-syntax',
  ],
  [
    'a domain that makes a date of now',
    'apps/exchange/src/records/domain/m.ts',
    'export const at = new Date();',
    'no-restricted-syntax',
  ],
  [
    'a domain that draws lots',
    'apps/exchange/src/records/domain/n.ts',
    'export const id = Math.random();',
    'no-restricted-syntax',
  ],
  ['a value of any type', 'apps/exchange/src/o.ts', 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
];
const ALLOWED: [path: string, source: string][] = [
  [
    'apps/gateway/src/a.ts',
    "import '@qiongtong/platform';\nimport '@qiongtong/contracts';\nimport '@nestjs/common';\n",
  ],
  ['apps/gateway/test/a.spec.ts', "import '@qiongtong/testing';\n"],
  ['apps/exchange/src/records/domain/i.ts', "import './sibling';\nimport '@qiongtong/regulation';\n"],
  ['apps/exchange/src/records/domain/sibling.ts', 'export const at = new Date(0);\n'],
  ['libs/platform/test/d.spec.ts', "import '@qiongtong/testing';\n"],
  ['tools/src/p.ts', "import '@qiongtong/testing';\n"],
];

beforeAll(copyWorkspace);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('lets pass what the boundaries allow', () => {
  for (const [path, source] of ALLOWED) put(path, source);
  const { status, output } = lint();
  for (const [path] of ALLOWED) rmSync(join(copy, path));
  expect(status === 0 ? '' : output).toBe('');
});

describe('lint fails on', () => {
  let result: ReturnType<typeof lint>;
  beforeAll(() => {
    for (const [, path, source] of FORBIDDEN) put(path, `${source}\n`);
    result = lint();
  });

  it.each(FORBIDDEN)('%s', (_, path, __, rule) => {
    expect(result.status).not.toBe(0);
    expect(saidOf(path, result.output)).toContain(rule);
  });
});
