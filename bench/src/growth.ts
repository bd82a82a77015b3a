export type Sample = Readonly<{ seconds: number; seen: Readonly<Record<string, number>> }>;
export type Growth = Readonly<{ first: number; last: number; 'an hour': number }>;

/**
 * How each figure grows, by least squares over the second half of the samples: in the first half caches fill and code is compiled.
 *
 * @returns by figure: at the begin of that half, at the end, and the slope in units an hour
 */
export function growthOf(samples: readonly Sample[]): Record<string, Growth> {
  const half = samples.slice(Math.floor(samples.length / 2));
  const names = Object.keys(half[0]?.seen ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const points = half.map(({ seconds, seen }) => [seconds / 3_600, seen[name] ?? 0] as const);
      const [, first] = points[0]!;
      const [, last] = points.at(-1)!;
      return [name, { first: rounded(first), last: rounded(last), 'an hour': rounded(slopeOf(points)) }];
    }),
  );
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([at]) => at), mean(([, value]) => value)];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
