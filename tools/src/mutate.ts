import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { WORKSPACE } from '@qiongtong/testing';
import type { Mutant } from './mutation/mutants';
import { Suite } from './mutation/suite';
import type { Answer } from './mutation/worker';

/** A mutant that takes longer than this does not end by itself. */
const ENDLESS_MS = 5_000;
const DEFAULT_PATHS = ['decision', 'grants', 'policy', 'rows'].map((folder) => `libs/regulation/src/${folder}`);

/** Changes that change nothing that could be observed, as they are printed, each with the reason. */
type Equivalents = Readonly<Record<string, string>>;

const shownOf = ({ file, at, original, replacement }: Mutant): string =>
  `${file.split('/src/')[1]} | ${at} | ${original} → ${replacement || 'nothing'}`;

/** Tries mutants one after the other in processes of their own; one that hangs is ended and counts as noticed. */
class Trial {
  readonly survivors: Mutant[] = [];
  private readonly open: Mutant[];
  private readonly workers = new Set<ChildProcess>();

  constructor(
    private readonly paths: readonly string[],
    mutants: readonly Mutant[],
  ) {
    this.open = [...mutants];
  }

  async run(workers: number): Promise<void> {
    try {
      await Promise.all(Array.from({ length: workers }, () => this.work()));
    } finally {
      for (const worker of this.workers) worker.kill('SIGKILL');
    }
  }

  private async work(): Promise<void> {
    while (this.open.length > 0) {
      const worker = fork(join(__dirname, 'mutation', 'worker.js'), [...this.paths], { execArgv: [] });
      this.workers.add(worker);
      if ((await this.answerOf(worker, 120_000)) === 'endless') throw new Error('the tests fail without any mutant');
      for (let mutant = this.open.pop(); mutant !== undefined; mutant = this.open.pop()) {
        worker.send(mutant.id);
        const answer = await this.answerOf(worker, ENDLESS_MS);
        if (answer === 'endless') break;
        if ('id' in answer && answer.killedBy === null) this.survivors.push(mutant);
      }
      worker.kill('SIGKILL');
      this.workers.delete(worker);
    }
  }

  private answerOf(worker: ChildProcess, ms: number): Promise<Answer | 'endless'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('endless'), ms);
      const settle = (answer: Answer | 'endless') => {
        clearTimeout(timer);
        worker.removeAllListeners();
        resolve(answer);
      };
      worker.once('message', (answer: Answer) => settle(answer));
      worker.once('exit', () => settle('endless'));
    });
  }
}

function equivalentsOf(path: string): Equivalents {
  const file = join(WORKSPACE, ...path.split('/').slice(0, 2), 'test', 'equivalent-mutants.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Equivalents) : {};
}

async function main(given: readonly string[]): Promise<number> {
  const paths = given.length > 0 ? given.map((path) => path.replace(/\/$/, '')) : DEFAULT_PATHS;
  const equivalents = equivalentsOf(paths[0]!);
  const from = Date.now();
  const { mutants } = new Suite(paths);
  const tried = mutants.filter((mutant) => !Object.hasOwn(equivalents, shownOf(mutant)));
  const trial = new Trial(paths, tried);
  await trial.run(Math.max(1, Math.min(4, availableParallelism())));

  // A reason for what is no longer there would one day excuse something else.
  const shown = new Set(mutants.map(shownOf));
  const files = new Set([...shown].map((mutant) => mutant.split(' | ')[0]));
  const gone = Object.keys(equivalents).filter((known) => files.has(known.split(' | ')[0]) && !shown.has(known));
  for (const known of gone) console.log(`known to change nothing, but not there: ${known}`);
  const survivors = trial.survivors.sort((a, b) => a.id - b.id);
  for (const mutant of survivors) console.log(`survives at line ${mutant.line}: ${shownOf(mutant)}`);
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  const untried = mutants.length - tried.length;
  console.log(
    `${tried.length} mutants, ${tried.length - survivors.length} noticed, ${survivors.length} survive, ` +
      `${untried} known to change nothing (${seconds} s)`,
  );
  return survivors.length + gone.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
