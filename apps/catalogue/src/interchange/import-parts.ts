import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { newId, requestContext, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { refuseRegistration } from '../entries/domain/registration-refusal';
import { EntryStore } from '../entries/entry.store';
import { OrganisationStore } from '../organisations/organisation.store';

/** What an import needs of the entries' and organisations' own. */
@Injectable()
export class ImportParts {
  constructor(
    private readonly work: UnitOfWork,
    private readonly entries: EntryStore,
    private readonly organisations: OrganisationStore,
  ) {}

  async checkDepartment(tx: Transaction, id: string): Promise<void> {
    const organisation = await this.organisations.find(tx, id);
    if (organisation && organisation.kind !== 'DEPARTMENT') throw new Refusal('catalogue.provider_not_department');
  }

  /** Only that it was refused; not under the request's key, so that it is refused, and kept, as often as it is sent. [R2.3] */
  keepRefusal(by: Principal, now: Date): Promise<void> {
    const run = () =>
      this.work.run(async (tx) => {
        const { state, event } = refuseRegistration(newId(), { rule: 'R2.3', entryId: null, wiped: false }, by, now);
        await this.entries.keepRefusal(tx, state);
        tx.publish(event);
      });
    const context = requestContext.getStore();
    return context ? requestContext.run({ ...context, idempotency: undefined }, run) : run();
  }
}
