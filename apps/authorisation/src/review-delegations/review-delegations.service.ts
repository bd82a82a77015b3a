import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { checkPeriod } from '../grants/domain/scope';
import { pageOf, type PageOf } from '../pages';
import { DelegationDesk } from './delegation-desk';
import { delegate, end, type NewDelegation, type ReviewDelegation } from './domain/review-delegation';
import { ReviewDelegationStore } from './review-delegation.store';

@Injectable()
export class ReviewDelegationsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly delegations: ReviewDelegationStore,
    private readonly desk: DelegationDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<ReviewDelegation> {
    const delegation = await this.delegations.find(id);
    if (!delegation || !(await this.desk.isKnownTo(delegation, by))) throw new Refusal('request.not_found');
    return delegation;
  }

  list(page: PageOf, by: Principal): Promise<Page<ReviewDelegation>> {
    return pageOf(page, this.cursors, ['review-delegations', by.departmentId], (after, limit) =>
      this.delegations.list(by, after, limit),
    );
  }

  /** From now on the delegate reviews applications for these resources, beside the provider. */
  async delegate(given: Omit<NewDelegation, 'id'>, by: Principal): Promise<ReviewDelegation> {
    const now = this.clock.now();
    checkPeriod(given.period, now);
    const body = await this.desk.delegate(given, now);
    return this.work.run(async (tx) => {
      const notOwn = await this.desk.notOwn(tx, by.departmentId, given.resourceIds);
      const outcome = delegate({ ...given, id: newId() }, { delegate: body, notOwn }, by, now);
      await this.delegations.keep(tx, outcome);
      return outcome.state;
    });
  }

  async end(id: string, by: Principal): Promise<ReviewDelegation> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const outcome = end(await this.delegations.lock(tx, id), by, this.clock.now());
      await this.delegations.keep(tx, outcome);
      return outcome.state;
    });
  }
}
