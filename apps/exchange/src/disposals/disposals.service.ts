import { Injectable } from '@nestjs/common';
import {
  AUTHORITIES,
  isAuthorityOver,
  officerWith,
  oversees,
  Refusal,
  type Decided,
  type DisposalFact,
  type Principal,
} from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page, type PageQuery } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { DisposalStore } from './disposal.store';
import { held, ordered, released, type Act, type Disposal } from './domain/disposal';

type Position = Readonly<{ at: string; id: string }>;
type Of = Pick<Disposal, 'providerId' | 'regionCode'>;

/** Who sees what becomes of a withdrawn resource's data, and who may hold or hasten it. */
@Injectable()
export class DisposalsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: DisposalStore,
    private readonly policy: LivePolicy,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async list(resourceId: string, by: Principal, page: PageQuery): Promise<Page<Disposal>> {
    const scope = `disposals ${resourceId}`;
    const before = page.cursor === undefined ? null : this.cursors.decode<Position>(page.cursor, scope);
    const found = await this.store.ofResource(resourceId, before, page.limit + 1);
    const of = found[0] ?? this.published(resourceId);
    if (!of || !mayKnow(of, by)) throw new Refusal('request.not_found');
    // Of those before a change of provider only what is its own.
    const items = found.slice(0, page.limit).filter((disposal) => mayKnow(disposal, by));
    const last = found.length > page.limit ? found[page.limit - 1] : undefined;
    const next = last && this.cursors.encode({ at: last.scheduledAt.toISOString(), id: last.id }, scope);
    return { items, next: next ?? null };
  }

  /** Somebody else's looks like one that does not exist. */
  async one(resourceId: string, id: string, by: Principal): Promise<Disposal> {
    const disposal = await this.store.one(resourceId, id);
    if (!disposal || !mayKnow(disposal, by)) throw new Refusal('request.not_found');
    return disposal;
  }

  hold(resourceId: string, id: string, reason: string, by: Principal): Promise<Disposal> {
    return this.steer(resourceId, id, reason, by, held);
  }

  release(resourceId: string, id: string, reason: string, by: Principal): Promise<Disposal> {
    return this.steer(resourceId, id, reason, by, released);
  }

  order(resourceId: string, id: string, reason: string, basis: string, by: Principal): Promise<Disposal> {
    return this.steer(resourceId, id, reason, by, (disposal, act, now) => ordered(disposal, act, basis, now));
  }

  private async steer(
    resourceId: string,
    id: string,
    reason: string,
    by: Principal,
    turned: (disposal: Disposal, act: Act, now: Date) => Decided<Disposal, DisposalFact>,
  ): Promise<Disposal> {
    const act: Act = { ...officerOver(await this.one(resourceId, id, by), by), reason };
    return this.work.run(async (tx) => {
      const { state, event } = turned((await this.store.lock(tx, id))!, act, this.clock.now());
      await this.store.save(tx, state);
      tx.publish(event);
      return state;
    });
  }

  private published(resourceId: string): Of | null {
    const { index } = this.policy;
    const providerId = index.resource(resourceId)?.providerId;
    return providerId === undefined
      ? null
      : { providerId, regionCode: index.organisation(providerId)?.regionCode ?? '' };
  }
}

const mayKnow = ({ providerId, regionCode }: Of, by: Principal): boolean =>
  by.departmentId === providerId || oversees(by, regionCode);

/** The provider's responsible officer, or one of the competent authority. */
function officerOver({ providerId, regionCode }: Disposal, by: Principal): Pick<Act, 'by' | 'as'> {
  if (isAuthorityOver(by, regionCode)) return { by: officerWith(AUTHORITIES, by), as: 'AUTHORITY' };
  // Who only looks on may be responsible, elsewhere.
  if (by.departmentId !== providerId) throw new Refusal('access.role_required', { about: AUTHORITIES });
  return { by: officerWith(['RESPONSIBLE_OFFICER'], by), as: 'PROVIDER' };
}
