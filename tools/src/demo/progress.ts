/** A line that moves while a long step runs; one plain line at its end where there is no terminal. */
export class Progress {
  private done = 0;
  private readonly from = Date.now();

  constructor(
    private readonly title: string,
    private readonly total: number,
  ) {
    this.show(false);
  }

  add(count = 1): void {
    this.done += count;
    if (process.stdout.isTTY) this.show(false);
  }

  /** @returns seconds it took */
  end(): number {
    this.show(true);
    return (Date.now() - this.from) / 1000;
  }

  private show(last: boolean): void {
    const seconds = ((Date.now() - this.from) / 1000).toFixed(1);
    const line = `  ${this.title} ${this.done}/${this.total} (${seconds} s)`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${last ? '\n' : ''}`);
    else if (last) console.log(line);
  }
}

/** Runs `work` over `values`, at most `width` at once. */
export async function together<T>(
  values: readonly T[],
  width: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const rest = [...values];
  await Promise.all(
    Array.from({ length: Math.min(width, values.length) }, async () => {
      for (let value = rest.shift(); value !== undefined; value = rest.shift()) await work(value);
    }),
  );
}
