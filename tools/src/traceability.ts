import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REFUSALS } from '@qiongtong/contracts';
import { WORKSPACE } from '@qiongtong/testing';
import { pageOf } from './traceability/page';
import { shownIn } from './traceability/shown';

export const PAGE = join(WORKSPACE, 'docs', 'reference', 'traceability.md');
const TESTS = ['{apps,libs}/*/{src,test}/**/*.spec.ts', '{tools,bench,e2e}/**/*.spec.ts'];

/** The page as the tests and refusals are now. */
export function traceability(): string {
  const files = globSync(TESTS, { cwd: WORKSPACE, exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name) }).sort();
  const shown = files.flatMap((file) => shownIn(file, readFileSync(join(WORKSPACE, file), 'utf8')));
  const refused = new Map<string, string[]>();
  for (const [code, { requirement }] of Object.entries(REFUSALS))
    if (requirement) refused.set(requirement, [...(refused.get(requirement) ?? []), code]);
  return pageOf(shown, refused);
}

if (require.main === module) {
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, traceability());
  console.log(`written: ${PAGE.slice(WORKSPACE.length + 1)}`);
}
