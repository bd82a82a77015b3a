import { countOf, type JestResults } from './test-count';

const results = (some: Partial<JestResults>): JestResults => ({
  numPassedTests: 10,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  ...some,
});

describe('counting a run of tests', () => {
  it.each<[string, JestResults | undefined, number, number]>([
    ['a failed test', results({ numFailedTests: 2 }), 1, 2],
    ['a suite that cannot load', results({ numRuntimeErrorTestSuites: 1 }), 1, 1],
    ['a skipped test', results({ numPendingTests: 3 }), 0, 3],
    ['a test that is only announced', results({ numTodoTests: 1 }), 0, 1],
    ['a run that ends badly after its tests', results({}), 1, 1],
    ['a run without a report', undefined, 0, 1],
  ])('counts %s as failed', (_, report, exitCode, failed) => {
    expect(countOf(report, exitCode).failed).toBe(failed);
  });

  it('counts a clean run as passed', () => {
    expect(countOf(results({}), 0)).toEqual({ passed: 10, failed: 0 });
  });
});
