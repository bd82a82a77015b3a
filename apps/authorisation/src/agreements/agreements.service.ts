import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import type { GrantScope } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import { AgreementParties } from './agreement-parties';
import { AgreementStore, type AgreementFilter } from './agreement.store';
import {
  accept,
  draft,
  end,
  takeBack,
  type AgreedApplication,
  type Agreement,
  type AgreementAmendment,
} from './domain/agreement';
import { CURRENT_TEMPLATE } from './domain/agreement-template';

export type AgreementListener = Readonly<{
  /** What the agreement is about, before the agreement itself: whoever ends an application locks in the same order. */
  lock?(tx: Transaction, applicationId: string): Promise<unknown>;
  /** Both sides have accepted; called in the transaction of the second acceptance. */
  accepted(tx: Transaction, agreement: Agreement, now: Date): Promise<void>;
}>;

@Injectable()
export class AgreementsService {
  private readonly listeners: AgreementListener[] = [];

  constructor(
    private readonly work: UnitOfWork,
    private readonly agreements: AgreementStore,
    private readonly parties: AgreementParties,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  /** Called by the slice that waits for agreements, while the service boots. */
  register(listener: AgreementListener): void {
    this.listeners.push(listener);
  }

  /**
   * Drafts the agreement on what the provider consented to; called again for the same application it drafts the next
   * version, the only way in which an agreement is amended. A version in force stays so until the next is accepted.
   */
  async draft(
    tx: Transaction,
    application: AgreedApplication,
    scope: GrantScope,
    now: Date,
    amendment: AgreementAmendment | null = null,
  ): Promise<Agreement> {
    const versions = await this.agreements.versions(tx, application.id);
    const names = await this.parties.names(tx, application, scope);
    const given = { id: newId(), template: CURRENT_TEMPLATE, application, scope, amendment };
    const drafted = draft(given, names, versions, now);
    const [former] = versions;
    if (former?.status === 'PENDING')
      await this.agreements.save(tx, end(former, 'SUPERSEDED', amendment?.by ?? 'platform', now));
    await this.agreements.add(tx, drafted);
    return drafted.state;
  }

  /** What it was about is withdrawn: nobody accepts it any more. What is in force is left alone. */
  async voidPending(tx: Transaction, applicationId: string, by: string, now: Date): Promise<void> {
    const [newest] = await this.agreements.versions(tx, applicationId);
    if (newest?.status === 'PENDING') await this.agreements.save(tx, end(newest, 'VOIDED', by, now));
  }

  /** One version as it is, with all of them locked. */
  async lock(tx: Transaction, { id, applicationId }: Pick<Agreement, 'id' | 'applicationId'>): Promise<Agreement> {
    const agreement = (await this.agreements.versions(tx, applicationId)).find((version) => version.id === id);
    if (!agreement) throw new Refusal('request.not_found');
    return agreement;
  }

  async find(id: string, by: Principal): Promise<Agreement> {
    const agreement = await this.agreements.find(id);
    if (!agreement || !(await this.organisations.concern([agreement.providerId, agreement.applicantId], by)))
      throw new Refusal('request.not_found');
    return agreement;
  }

  list(filter: AgreementFilter, page: PageOf, by: Principal): Promise<Page<Agreement>> {
    const scope = ['agreements', by.departmentId, filter.status, filter.applicationId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.agreements.list(filter, by, after, limit));
  }

  async accept(id: string, digest: string, by: Principal): Promise<Agreement> {
    const { applicationId } = await this.find(id, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      for (const listener of this.listeners) await listener.lock?.(tx, applicationId);
      const versions = await this.agreements.versions(tx, applicationId);
      const agreement = versions.find((version) => version.id === id);
      if (!agreement) throw new Refusal('request.not_found');
      const accepted = accept(agreement, digest, by, now);
      if (accepted.state.status !== 'ACCEPTED') await this.agreements.save(tx, accepted);
      else await this.conclude(tx, accepted, versions, now);
      return accepted.state;
    });
  }

  async takeBack(id: string, by: Principal): Promise<Agreement> {
    const known = await this.find(id, by);
    return this.work.run(async (tx) => {
      const taken = takeBack(await this.lock(tx, known), by, this.clock.now());
      await this.agreements.save(tx, taken);
      return taken.state;
    });
  }

  /** What was in force gives way, and whoever waits for the agreement goes on: all of it, or nothing. */
  private async conclude(
    tx: Transaction,
    accepted: ReturnType<typeof accept>,
    versions: readonly Agreement[],
    now: Date,
  ): Promise<void> {
    for (const former of versions.filter(({ status }) => status === 'ACCEPTED'))
      await this.agreements.save(tx, end(former, 'SUPERSEDED', accepted.event.data.by, now));
    await this.agreements.save(tx, accepted);
    for (const listener of this.listeners) await listener.accepted(tx, accepted.state, now);
  }
}
