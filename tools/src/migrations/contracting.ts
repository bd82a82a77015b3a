/** What the former build, which serves on the newer schema until it is drained, does not survive. */
const CONTRACTING: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['drops a table or a view', /\bDROP (?:TABLE|VIEW|MATERIALIZED VIEW)\b/i],
  [
    'drops a column',
    /\bALTER TABLE\b.*\bDROP (?:COLUMN\b|(?!CONSTRAINT\b|NOT\b|DEFAULT\b|EXPRESSION\b|IDENTITY\b|TABLE\b|COLUMN\b)\w+)/i,
  ],
  ['renames', /\bRENAME (?:TO|COLUMN|CONSTRAINT|VALUE|\w+ TO)\b/i],
  ['sets NOT NULL', /\bSET NOT NULL\b/i],
  ['takes a default away', /\bALTER (?:COLUMN )?\w+ DROP DEFAULT\b/i],
  ['changes a type', /\bALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE\b/i],
];
/** `numeric(10, 2)` and `CHECK (a, b)` have commas that part no clauses. */
const WITHIN_PARENTHESES = /\([^()]*\)/g;
const ADDED =
  /\bADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!CONSTRAINT\b|CHECK\b|PRIMARY\b|UNIQUE\b|FOREIGN\b|EXCLUDE\b|VALUE\b)\w+ /i;
const FILLED = /\bDEFAULT\b|\bGENERATED\b/i;

/** What in the SQL of an `up` the former build would not survive; empty when it may serve on beside the next one. */
export function contractingSteps(sql: string): string[] {
  const statements = sql
    .replace(/--.*$/gm, '')
    .replace(/\s+/g, ' ')
    .split(/;|`|'\)/);
  return statements.flatMap((statement) => [
    ...CONTRACTING.filter(([, pattern]) => pattern.test(statement)).map(([what]) => what),
    ...(addsUnfilled(statement) ? ['adds a column that must be given'] : []),
  ]);
}

function addsUnfilled(statement: string): boolean {
  if (!/\bALTER TABLE\b/i.test(statement)) return false;
  let flat = statement;
  while (flat !== (flat = flat.replace(WITHIN_PARENTHESES, '')));
  return flat.split(',').some((clause) => ADDED.test(clause) && /\bNOT NULL\b/i.test(clause) && !FILLED.test(clause));
}

/** The part of a migration's source that goes forward. */
export function upOf(source: string): string {
  const from = source.indexOf('async up(');
  const until = source.indexOf('async down(');
  if (from < 0) throw new Error('there is no up() in it');
  return source.slice(from, until < from ? undefined : until);
}
