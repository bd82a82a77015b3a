import ts from 'typescript';

/** A test, and the requirements that it says it shows. */
export type Shown = Readonly<{ file: string; title: string; requirements: readonly string[] }>;

const REQUIREMENT = /\[(R\d+\.\d+)\]/g;

/**
 * The tests of a file that name a requirement in their title, or stand under a title that does. A test with a table of cases counts once, and a
 * case that names requirements of its own once for them.
 * @param file its path, as it is to be shown
 */
export function shownIn(file: string, source: string): Shown[] {
  const found: Shown[] = [];
  const visit = (node: ts.Node, above: readonly string[]): void => {
    const named = ts.isCallExpression(node) ? titleOf(node) : null;
    const requirements = named ? [...new Set([...above, ...requirementsOf(named.title)])] : above;
    const shows = (title: string, ids: readonly string[]) =>
      found.push({ file, title: title.replace(REQUIREMENT, '').replace(/\s+/g, ' ').trim(), requirements: ids });
    if (named?.kind === 'test') {
      if (requirements.length > 0) shows(named.title, requirements);
      for (const one of named.cases) shows(named.title.replace('%s', one), requirementsOf(one));
    }
    ts.forEachChild(node, (child) => visit(child, requirements));
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest), []);
  return found;
}

const requirementsOf = (title: string): string[] => [...title.matchAll(REQUIREMENT)].map(([, id]) => id!);

type Named = Readonly<{ kind: 'test' | 'group'; title: string; cases: readonly string[] }>;

/** `it('…')`, `describe('…')`, `it.each(…)('…')` and the like; null for any other call. */
function titleOf({ expression, arguments: [first] }: ts.CallExpression): Named | null {
  const callee = outermost(expression);
  if (callee !== 'it' && callee !== 'test' && callee !== 'describe') return null;
  if (!first || !(ts.isStringLiteralLike(first) || ts.isTemplateExpression(first))) return null;
  return { kind: callee === 'describe' ? 'group' : 'test', title: textOf(first), cases: casesOf(expression) };
}

function outermost(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return outermost(node.expression);
  return ts.isTaggedTemplateExpression(node) ? outermost(node.tag) : null;
}

/** Texts of a table that name requirements. */
function casesOf(table: ts.Node): string[] {
  if (ts.isStringLiteralLike(table)) return requirementsOf(table.text).length > 0 ? [table.text] : [];
  const found: string[] = [];
  ts.forEachChild(table, (child) => void found.push(...casesOf(child)));
  return found;
}

const textOf = (title: ts.StringLiteralLike | ts.TemplateExpression): string =>
  ts.isStringLiteralLike(title)
    ? title.text
    : title.head.text + title.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
