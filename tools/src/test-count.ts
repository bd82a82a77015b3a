export type Count = Readonly<{ passed: number; failed: number }>;
export const NOTHING: Count = { passed: 0, failed: 0 };
export const sum = (a: Count, b: Count): Count => ({ passed: a.passed + b.passed, failed: a.failed + b.failed });

/** What of jest's report is counted. */
export type JestResults = Readonly<{
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}>;

/**
 * A suite that cannot load counts as failed, and so does a test that was skipped: what was not run has shown nothing.
 * A run that ends badly without a failed test, or without a report, has failed as a whole.
 */
export function countOf(results: JestResults | undefined, exitCode: number): Count {
  if (results === undefined) return { passed: 0, failed: 1 };
  const failed =
    results.numFailedTests + results.numPendingTests + results.numTodoTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
