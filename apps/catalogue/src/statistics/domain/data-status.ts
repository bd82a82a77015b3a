import type { DeliveryMode, UpdateDutyChanged } from '@qiongtong/contracts';

/** What exchange told of a resource. */
export type MountedData = Readonly<{
  /** Rows that are hosted. */
  rows: number;
  /** Of the latest batch; null before the first. */
  updatedAt: string | null;
  duty: UpdateDutyChanged['data']['state'] | null;
  /** Of the provider's own endpoint. */
  endpoint: 'ACTIVE' | 'SUSPENDED' | null;
  disposedAt: string | null;
}>;
export const NOTHING_MOUNTED: MountedData = { rows: 0, updatedAt: null, duty: null, endpoint: null, disposedAt: null };

/** Whether there are data behind an entry; null for one that has none to give. [R7.2] */
export type DataStatus = 'NOT_MOUNTED' | 'MOUNTED' | 'STALE' | 'UNAVAILABLE';

export function dataStatusOf(deliveryMode: DeliveryMode | null, mounted: MountedData): DataStatus | null {
  const { updatedAt, duty, endpoint, disposedAt } = mounted;
  switch (deliveryMode) {
    case 'HOSTED':
      if (updatedAt === null || (disposedAt !== null && disposedAt >= updatedAt)) return 'NOT_MOUNTED';
      return duty === 'OVERDUE' ? 'STALE' : 'MOUNTED';
    case 'EXCHANGE_CHANNEL':
      if (endpoint === null) return 'NOT_MOUNTED';
      return endpoint === 'SUSPENDED' ? 'UNAVAILABLE' : 'MOUNTED';
    default:
      return null;
  }
}
