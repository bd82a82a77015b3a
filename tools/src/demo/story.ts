import { codeOf, type Answer } from './client';

/** What the rules say a step must be answered with. */
export type Expected = Readonly<{
  status: number;
  code?: string;
  requirement?: string;
  /** Exactly the items of every row returned. */
  items?: readonly string[];
  /** At least so many rows. */
  rows?: number;
}>;

const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** Plays steps, prints who did what and what the platform answered, and keeps count of what differs from the rules. */
export class Story {
  readonly failures: string[] = [];
  /** Decisions taken on the way, each of which must be found in the audit log. */
  readonly decisions: { id: string; title: string; outcome: 'released' | 'refused' }[] = [];
  private number = 0;

  async step(title: string, expected: Expected, act: () => Promise<Answer>): Promise<Answer> {
    const answer = await act();
    const wrong = differences(answer, expected);
    this.report(title, `${answer.status}${codeOf(answer) ? ` ${codeOf(answer)}` : ''}`, wrong, saying(answer));
    const id = answer.headers.get('qt-decision-id') ?? (answer.body as { decisionId?: string } | null)?.decisionId;
    if (id) this.decisions.push({ id, title, outcome: answer.status < 300 ? 'released' : 'refused' });
    return answer;
  }

  /** A step that is no single call: `act` returns what it found, or throws. */
  async check(title: string, act: () => Promise<string>): Promise<void> {
    try {
      this.report(title, 'ok', [], await act());
    } catch (error) {
      this.report(title, 'failed', [(error as Error).message]);
    }
  }

  private report(title: string, outcome: string, wrong: readonly string[], note = ''): void {
    const mark = wrong.length === 0 ? '✔' : '✘';
    console.log(
      `  ${mark} ${String(++this.number).padStart(2)}. ${title}\n        → ${outcome}${note ? `  ${DIM}${note}${PLAIN}` : ''}`,
    );
    for (const difference of wrong) {
      console.log(`        ✘ ${difference}`);
      this.failures.push(`${this.number}. ${title}: ${difference}`);
    }
  }
}

function differences(answer: Answer, expected: Expected): string[] {
  const wrong: string[] = [];
  const body = answer.body as { requirement?: string } | null;
  if (answer.status !== expected.status)
    wrong.push(`status ${answer.status}, the rules say ${expected.status}: ${answer.text.slice(0, 300)}`);
  if (expected.code !== undefined && codeOf(answer) !== expected.code)
    wrong.push(`code ${codeOf(answer)}, the rules say ${expected.code}`);
  if (expected.requirement !== undefined && body?.requirement !== expected.requirement)
    wrong.push(`requirement ${body?.requirement}, the rules say ${expected.requirement}`);
  const rows = rowsOf(answer);
  if (expected.rows !== undefined && rows.length < expected.rows)
    wrong.push(`${rows.length} rows, expected ${expected.rows}`);
  if (expected.items !== undefined) {
    const agreed = [...expected.items].sort().join();
    const other = rows.map((row) => Object.keys(row).sort().join()).find((items) => items !== agreed);
    if (rows.length === 0 || other !== undefined) wrong.push(`items ${other ?? '(no row)'}, the rules say ${agreed}`);
  }
  return wrong;
}

/** Rows of a page, or the one record of a keyed read. */
export function rowsOf(answer: Answer): Record<string, unknown>[] {
  if (answer.status !== 200 || typeof answer.body !== 'object' || answer.body === null) return [];
  const { items } = answer.body as { items?: Record<string, unknown>[] };
  return items ?? [answer.body as Record<string, unknown>];
}

function saying(answer: Answer): string {
  const { detail, next } = (answer.body ?? {}) as { detail?: string; next?: string };
  if (detail) return `${detail}${next ? ` — ${next}` : ''}`;
  const rows = rowsOf(answer);
  return rows.length > 0 ? `${rows.length} row(s), e.g. ${JSON.stringify(rows[0]).slice(0, 160)}` : '';
}
