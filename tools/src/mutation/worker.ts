import { Suite, type Test } from './suite';

/** What a worker answers: first that it is ready, then what became of each mutant. */
export type Answer = Readonly<{ ready: number } | { id: number; killedBy: string | null }>;

const paths = process.argv.slice(2);
const suite = new Suite(paths);
const answer = (message: Answer): void => void process.send!(message);

/** Where a test is found again when its spec is loaded anew. */
type Place = Readonly<{ spec: string; index: number }>;

/** For each mutant the tests that pass its place, the quickest first. What runs while a spec loads concerns all of it. */
async function coverage(): Promise<Map<number, readonly Place[]>> {
  let current: Set<number>;
  const passed: (Place & { ms: number; mutants: Set<number> })[] = [];
  for (const spec of suite.specs) {
    const atLoad = (current = new Set<number>());
    const tests = suite.load(spec, (id) => {
      current.add(id);
      return false;
    });
    for (const [index, test] of tests.entries()) {
      current = new Set(atLoad);
      const from = performance.now();
      await test.run();
      passed.push({ spec, index, ms: performance.now() - from, mutants: current });
    }
  }
  passed.sort((a, b) => a.ms - b.ms);
  return new Map(suite.mutants.map(({ id }) => [id, passed.filter(({ mutants }) => mutants.has(id))]));
}

/** @returns the name of the first test that fails with the mutant, null when all pass */
async function killerOf(mutant: number, covering: readonly Place[]): Promise<string | null> {
  const loaded = new Map<string, Test[]>();
  for (const { spec, index } of covering) {
    let name = spec;
    try {
      let tests = loaded.get(spec);
      if (!tests) loaded.set(spec, (tests = suite.load(spec, (id) => id === mutant)));
      name = tests[index]!.name;
      await tests[index]!.run();
    } catch {
      return name;
    }
  }
  return null;
}

void coverage().then(
  (covering) => {
    process.on('message', (id: number) => {
      void killerOf(id, covering.get(id)!).then((killedBy) => answer({ id, killedBy }));
    });
    answer({ ready: suite.mutants.length });
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
