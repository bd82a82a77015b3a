import { Injectable } from '@nestjs/common';
import { oversees, OVERSEERS, Refusal, regionPrefix, type Principal } from '@qiongtong/contracts';
import { Cursors, type Page } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import type { UpdateDuty } from './domain/update-duty';
import type { UpdateDutiesQuery } from './update-duties.dto';
import { UpdateDutyStore, type Seen } from './update-duty.store';

export type UpdateDutyView = Readonly<{
  resourceId: string;
  providerId: string;
  cycle: UpdateDuty['cycle'];
  state: UpdateDuty['state'];
  /** Until when the next batch, confirmation or heartbeat is owed. */
  dueAt: string;
  /** Last batch applied; null while the resource is published without data. [R7.2] */
  updatedAt: string | null;
  confirmedAt: string | null;
  heardAt: string | null;
}>;
type Position = Readonly<{ dueAt: string; resourceId: string }>;

const SCOPE = 'update duties';

/** Who may see how current what is. */
@Injectable()
export class UpdateDutyDesk {
  constructor(
    private readonly store: UpdateDutyStore,
    private readonly policy: LivePolicy,
    private readonly cursors: Cursors,
  ) {}

  async list(query: UpdateDutiesQuery, by: Principal): Promise<Page<UpdateDutyView>> {
    const after = query.cursor === undefined ? null : this.cursors.decode<Position>(query.cursor, SCOPE);
    const wanted = { state: query.state ?? null, providerId: query.providerId ?? null };
    const found = await this.store.list(seenBy(by), wanted, after, query.limit + 1);
    const items = found.slice(0, query.limit).map(viewOf);
    const last = found.length > items.length ? items.at(-1) : undefined;
    const next = last && this.cursors.encode({ dueAt: last.dueAt, resourceId: last.resourceId }, SCOPE);
    return { items, next: next ?? null };
  }

  async one(resourceId: string, by: Principal): Promise<UpdateDutyView> {
    const duty = await this.store.one(resourceId);
    if (!duty || !this.mayKnow(duty, by)) throw new Refusal('request.not_found');
    return viewOf(duty);
  }

  /** Its provider, who oversees it, and who could use it: for anybody else it does not exist. */
  private mayKnow({ resourceId, providerId, regionCode }: UpdateDuty, by: Principal): boolean {
    const { index } = this.policy;
    return (
      by.departmentId === providerId ||
      oversees(by, regionCode) ||
      index.resource(resourceId)?.sharingType === 'UNCONDITIONAL' ||
      index.grantsOf(by.departmentId, resourceId).some(({ status }) => status === 'ACTIVE')
    );
  }
}

const seenBy = (by: Principal): Seen =>
  by.officerId !== null && OVERSEERS.some((role) => by.roles.includes(role))
    ? { providerId: null, regionPrefix: regionPrefix(by.regionCode) }
    : { providerId: by.departmentId, regionPrefix: null };

export const viewOf = (duty: UpdateDuty): UpdateDutyView => ({
  resourceId: duty.resourceId,
  providerId: duty.providerId,
  cycle: duty.cycle,
  state: duty.state,
  dueAt: duty.dueAt.toISOString(),
  updatedAt: duty.updatedAt?.toISOString() ?? null,
  confirmedAt: duty.confirmedAt?.toISOString() ?? null,
  heardAt: duty.heardAt?.toISOString() ?? null,
});
