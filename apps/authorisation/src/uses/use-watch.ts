import { Injectable } from '@nestjs/common';
import type { AccessRecord, ResourceUsed } from '@qiongtong/contracts';
import { Clock, type Message, type Transaction } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import { keyOf, UseStore, type MonthOfUse } from './use.store';

/**
 * Who uses what is shared without condition: nobody holds a grant of it, so that its users are known by what was released
 * to them (`docs/decisions/0291-who-uses-what-needs-no-grant.md`). [R10.4, R11.4]
 */
@Injectable()
export class UseWatch {
  constructor(
    private readonly store: UseStore,
    private readonly clock: Clock,
  ) {}

  /** One batch of access records, in the transaction that marks them as seen. Told once a month, whatever the traffic. */
  async observe(tx: Transaction, messages: readonly Message<AccessRecord>[]): Promise<void> {
    const latest = new Map<string, MonthOfUse>();
    for (const { data, at } of messages) {
      const use = useOf(data, new Date(at));
      if (use && (latest.get(keyOf(use))?.month ?? '') < use.month) latest.set(keyOf(use), use);
    }
    if (latest.size === 0) return;
    // In one order, so that two batches that meet do not wait for each other.
    const uses = [...latest.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const use of await this.store.keep(tx, uses)) tx.publish(told(use, this.clock.now()));
  }
}

function useOf({ outcome, basis, use, providerId }: AccessRecord, at: Date): MonthOfUse | null {
  const left = outcome === 'released' || outcome === 'release-started';
  if (!left || basis !== 'unconditional' || !use) return null;
  return {
    ...{ resourceId: use.resourceId, departmentId: use.departmentId, providerId },
    month: `${localDayOf(at).slice(0, 7)}-01`,
  };
}

const told = (use: MonthOfUse, now: Date): ResourceUsed => ({
  ...{ type: 'authorisation.resource-used.v1', key: use.resourceId, at: now.toISOString(), data: use },
});
