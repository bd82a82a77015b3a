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

  /**
   * @param patienceMs how long a change made by the step before may take to reach the gateway; the wait is shown
   */
  async step(title: string, expected: Expected, act: () => Promise<Answer>, patienceMs = 0): Promise<Answer> {
    const from = Date.now();
    let answer = await act();
    let wrong = differences(answer, expected);
    let waited = 0;
    while (wrong.length > 0 && Date.now() - from < patienceMs) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      answer = await act();
      wrong = differences(answer, expected);
      waited = Date.now() - from;
    }
    if (waited > 0) title += ` (${waited} ms after the change)`;
    this.report(title, `${answer.status}${codeOf(answer) ? ` ${codeOf(answer)}` : ''}`, wrong, saying(answer));
    // That a record does not exist is released too: the header tells a release, the problem's body a refusal.
    const released = answer.headers.get('qt-decision-id');
    const refused = (answer.body as { decisionId?: string } | null)?.decisionId;
    if (released) this.decisions.push({ id: released, title, outcome: 'released' });
    else if (refused) this.decisions.push({ id: refused, title, outcome: 'refused' });
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

/** Rows of a page. */
export function rowsOf(answer: Answer): Record<string, unknown>[] {
  const { items } = (answer.body ?? {}) as { items?: unknown };
  if (answer.status !== 200 || !Array.isArray(items)) return [];
  return items.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
}

function saying(answer: Answer): string {
  const { detail, next } = (answer.body ?? {}) as { detail?: string; next?: string };
  if (detail) return `${detail}${next ? ` — ${next}` : ''}`;
  const rows = rowsOf(answer);
  return rows.length > 0 ? `${rows.length} row(s), e.g. ${JSON.stringify(rows[0]).slice(0, 160)}` : '';
}
