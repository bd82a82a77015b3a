import { lastLineOf, quantile, ratiosOf, tableOf, type Comparison, type Round } from './report';

const rounds: Round[] = [
  { group: '128', who: 'gateway', round: 0, value: 90, p50: 1, p99: 10 },
  { group: '128', who: 'proxy', round: 0, value: 100, p50: 0.5, p99: 5 },
  { group: '128', who: 'proxy', round: 1, value: 200 },
  { group: '128', who: 'gateway', round: 1, value: 160, p50: 3, p99: 30 },
  { group: '128', who: 'gateway', round: 2, value: 110, p50: 2, p99: 20 },
  { group: '128', who: 'proxy', round: 2, value: 100 },
  { group: '32', who: 'gateway', round: 0, value: 1 },
];
const comparison: Comparison = {
  name: 'gateway',
  title: 'Reads',
  unit: 'req/s',
  subject: 'gateway',
  peer: 'proxy',
  headline: '128',
  higherIsBetter: true,
  rounds,
  facts: {},
};

describe('the report of a bench', () => {
  it('ends with a line that a script can read', () => {
    expect(lastLineOf(comparison)).toBe('bench gateway: 0.90 of proxy (0.80 to 1.10, 3 rounds)');
  });

  it('compares within a round only, the other way round where less is better', () => {
    expect(ratiosOf({ ...comparison, higherIsBetter: false }, '128', 'gateway')).toEqual([100 / 90, 1.25, 100 / 110]);
    expect(ratiosOf(comparison, '32', 'gateway')).toEqual([]);
  });

  it('shows everybody, with latencies where they were measured', () => {
    const lines = tableOf(comparison).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^128, gateway +110 \(90–160\) +2 +20 +0\.90 \(0\.80–1\.10\)$/);
    expect(lines[3]).toMatch(/^32, gateway +1$/);
  });

  it.each([
    [0.5, 3],
    [0.99, 5],
    [0, 1],
  ])('knows the quantile %p', (q, value) => {
    expect(quantile([5, 1, 3, 2, 4], q)).toBe(value);
  });
});
