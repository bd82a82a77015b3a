import type { Shown } from './shown';

const byNumber = (a: string, b: string): number => {
  const [[x = 0, i = 0], [y = 0, j = 0]] = [numbersOf(a), numbersOf(b)];
  return x - y || i - j;
};
const numbersOf = (requirement: string): number[] => requirement.slice(1).split('.').map(Number);

/**
 * The page that tells which tests show which requirement.
 * @param refused requirement → codes of the refusals that name it
 */
export function pageOf(shown: readonly Shown[], refused: ReadonlyMap<string, readonly string[]>): string {
  const tests = new Map<string, Shown[]>();
  for (const one of shown)
    for (const requirement of one.requirements) tests.set(requirement, [...(tests.get(requirement) ?? []), one]);
  const known = [...new Set([...tests.keys(), ...refused.keys()])].sort(byNumber);
  const unshown = known.filter((requirement) => !tests.has(requirement));
  const sections = known
    .filter((requirement) => tests.has(requirement))
    .map((requirement) => sectionOf(requirement, tests.get(requirement)!, refused.get(requirement) ?? []));
  return `# Which test shows which requirement

Written by \`npm run traceability\` from the titles of the tests; a test compares it. A number is that of a requirement drawn from
the measures (琼府办〔2014〕176号), \`R12.4\` from their article 12. A test with a table of cases stands once,
and once for each case that names a requirement itself. That a requirement has tests
does not say that it is met as a whole: what is missing stands in the README.

${tests.size} requirements, ${new Set(shown).size} tests.${
    unshown.length > 0 ? ` Named by a refusal and by no test: ${unshown.join(', ')}.` : ''
  }

${sections.join('\n')}`;
}

function sectionOf(requirement: string, shown: readonly Shown[], codes: readonly string[]): string {
  const byFile = new Map<string, string[]>();
  for (const { file, title } of shown) byFile.set(file, [...(byFile.get(file) ?? []), title]);
  const files = [...byFile].sort(([a], [b]) => (a < b ? -1 : 1));
  const refusals = codes.length > 0 ? `\nRefusals: ${codes.map((code) => `\`${code}\``).join(', ')}\n` : '';
  const lists = files.map(
    ([file, titles]) => `\n\`${file}\`\n\n${titles.map((title) => `- ${escaped(title)}`).join('\n')}\n`,
  );
  return `## ${requirement}\n${refusals}${lists.join('')}`;
}

/** Titles are text, not markup. */
const escaped = (title: string): string => title.replace(/[\\`*_<>[\]#|]/g, '\\$&');
