/** Runs a bench to its end: 0 when it got there, and 1 with the reason otherwise. */
export function run(bench: () => Promise<void>): void {
  void bench().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

/** Since a moment of `performance.now()`. */
export const secondsSince = (from: number): number => (performance.now() - from) / 1000;
