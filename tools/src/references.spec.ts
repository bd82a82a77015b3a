import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '@qiongtong/testing';

const FILE = /`((?:apps|libs|tools|e2e|bench|docs|k8s)\/[\w./-]+\.(?:spec\.ts|ts|mjs|md|json|yaml))`/g;

describe('files that a page names', () => {
  it.each(globSync('docs/{guides,reference}/*.md', { cwd: WORKSPACE }).sort())('%s: are there', (page) => {
    const named = [...readFileSync(join(WORKSPACE, page), 'utf8').matchAll(FILE)].map(([, file]) => file!);
    expect(named.filter((file) => !existsSync(join(WORKSPACE, file)))).toEqual([]);
  });
});
