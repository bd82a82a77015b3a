import ts from 'typescript';

/** One small change of the source that a test should notice. */
export type Mutant = Readonly<{
  id: number;
  file: string;
  line: number;
  /** The first line of what is changed, so that a change is told from its like elsewhere in the file. */
  at: string;
  original: string;
  replacement: string;
}>;

/** Name of the function in instrumented code that says whether a mutant is the one being tried. */
export const SWITCH = '__mutant';

const NEGATED: Partial<Record<ts.SyntaxKind, readonly string[]>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [ts.SyntaxKind.LessThanToken]: ['<=', '>='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['<', '>'],
  [ts.SyntaxKind.GreaterThanToken]: ['>=', '<='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['>', '<'],
  [ts.SyntaxKind.PlusToken]: ['-'],
  [ts.SyntaxKind.MinusToken]: ['+'],
  [ts.SyntaxKind.AsteriskToken]: ['/'],
  [ts.SyntaxKind.AmpersandToken]: ['|'],
  [ts.SyntaxKind.BarToken]: ['&'],
  [ts.SyntaxKind.LessThanLessThanToken]: ['>>'],
};
const EITHER_SIDE: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
];
const INSTEAD_OF_METHOD: Readonly<Record<string, string>> = { some: 'every', every: 'some' };
const LEFT_OUT_METHODS: readonly string[] = ['filter', 'sort', 'reverse'];

/**
 * All mutants of one file in one compiled form: each place asks which mutant is being tried, so that a change costs no
 * compilation. Conditions are set to true and to false, either side of `&&`, `||` and `??` is left out, comparisons and
 * arithmetic are turned, negations dropped, literals changed, statements that act and steps of a list left out.
 */
export function instrument(file: string, text: string, firstId: number): { code: string; mutants: Mutant[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const lines = text.split('\n');
  const textOf = (node: ts.Node): string => node.getText(source);
  const switchOf = (node: ts.Node, replacement: string): string => {
    const id = firstId + mutants.length;
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    // A number says little by itself: it is shown with what it stands in.
    const shown = ts.isNumericLiteral(node) ? node.parent : node;
    const [from, to] = [node.getStart(source), node.end];
    const changed = text.slice(shown.getStart(source), from) + replacement + text.slice(to, shown.end);
    mutants.push({
      id,
      file,
      line: line + 1,
      at: (lines[line] ?? '').trim(),
      original: oneLine(textOf(shown)),
      replacement: oneLine(changed),
    });
    return `${SWITCH}(${id})`;
  };

  /** The node with every change inside it. */
  const inside = (node: ts.Node): string => {
    let [code, at] = ['', node.getStart(source)];
    ts.forEachChild(node, (child) => {
      code += text.slice(at, child.getStart(source)) + emit(child);
      at = child.end;
    });
    return code + text.slice(at, node.end);
  };
  const emit = (node: ts.Node): string => {
    if (isOnlyType(node)) return textOf(node);
    if (isAct(node)) return `{ if (!${switchOf(node, '')}) { ${inside(node)} } }`;
    const choices = replacements(node, textOf).map((by) => `${switchOf(node, by)} ? (${by}) : `);
    return choices.length === 0 ? inside(node) : `(${choices.join('')}(${inside(node)}))`;
  };
  return { code: inside(source), mutants };
}

function replacements(node: ts.Node, textOf: (node: ts.Node) => string): string[] {
  if (ts.isBinaryExpression(node)) {
    const [left, right, operator] = [textOf(node.left), textOf(node.right), node.operatorToken.kind];
    if (EITHER_SIDE.includes(operator)) return [...ofCondition(node), left, right];
    return [...ofCondition(node), ...(NEGATED[operator] ?? []).map((by) => `${left} ${by} ${right}`)];
  }
  if (
    ts.isPrefixUnaryExpression(node) &&
    [ts.SyntaxKind.ExclamationToken, ts.SyntaxKind.MinusToken].includes(node.operator)
  )
    return [...ofCondition(node), textOf(node.operand)];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false'];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true'];
  if (ts.isNumericLiteral(node)) return [`${Number(node.text) + 1}`];
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0 && !isTarget(node)) return ['[]'];
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && !ts.isOptionalChain(node)) {
    const [list, method] = [textOf(node.expression.expression), node.expression.name.text];
    const args = node.arguments.map(textOf).join(', ');
    if (LEFT_OUT_METHODS.includes(method)) return [list];
    const other = INSTEAD_OF_METHOD[method];
    if (other) return [...ofCondition(node), `${list}.${other}(${args})`];
  }
  return ofCondition(node);
}

/** What stands between the brackets of an `if` is replaced by both answers, that of a loop by the one that ends it. */
function ofCondition(node: ts.Node): string[] {
  const { parent } = node;
  if (ts.isIfStatement(parent) && parent.expression === node) return ['true', 'false'];
  if (ts.isConditionalExpression(parent) && parent.condition === node) return ['true', 'false'];
  if (ts.isWhileStatement(parent) && parent.expression === node) return ['false'];
  if (ts.isForStatement(parent) && parent.condition === node) return ['false'];
  return [];
}

/** A statement that does something and gives nothing. */
const isAct = (node: ts.Node): boolean => ts.isExpressionStatement(node) && !ts.isStringLiteral(node.expression);

/** Assigned to, not read: `[a, b] = …`. */
const isTarget = (node: ts.ArrayLiteralExpression): boolean =>
  ts.isBinaryExpression(node.parent) &&
  node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
  node.parent.left === node;

const isOnlyType = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isInterfaceDeclaration(node);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
