import { dataStatusOf, NOTHING_MOUNTED } from './data-status';

const hosted = { ...NOTHING_MOUNTED, rows: 5, updatedAt: '2026-11-20T00:00:00.000Z' };

describe('whether there are data behind an entry', () => {
  it.each([
    ['HOSTED', NOTHING_MOUNTED, 'NOT_MOUNTED'],
    ['HOSTED', hosted, 'MOUNTED'],
    ['HOSTED', { ...hosted, duty: 'DUE_SOON' }, 'MOUNTED'],
    ['HOSTED', { ...hosted, duty: 'OVERDUE' }, 'STALE'],
    ['HOSTED', { ...NOTHING_MOUNTED, duty: 'OVERDUE' }, 'NOT_MOUNTED'],
    ['HOSTED', { ...hosted, disposedAt: '2026-11-21T00:00:00.000Z' }, 'NOT_MOUNTED'],
    ['HOSTED', { ...hosted, disposedAt: '2026-11-19T00:00:00.000Z' }, 'MOUNTED'],
    ['EXCHANGE_CHANNEL', hosted, 'NOT_MOUNTED'],
    ['EXCHANGE_CHANNEL', { ...NOTHING_MOUNTED, endpoint: 'ACTIVE' }, 'MOUNTED'],
    ['EXCHANGE_CHANNEL', { ...NOTHING_MOUNTED, endpoint: 'SUSPENDED' }, 'UNAVAILABLE'],
    ['REFERENCE_ONLY', NOTHING_MOUNTED, null],
    ['NONE', NOTHING_MOUNTED, null],
    [null, NOTHING_MOUNTED, null],
  ] as const)('[R7.2] %s, %j: %s', (deliveryMode, mounted, status) => {
    expect(dataStatusOf(deliveryMode, mounted)).toBe(status);
  });
});
