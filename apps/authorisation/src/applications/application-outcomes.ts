import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { newId, type Transaction } from '@qiongtong/platform';
import type { Calendars } from '@qiongtong/regulation';
import { AgreementsService } from '../agreements/agreements.service';
import { ConsentsService } from '../consents/consents.service';
import { issue } from '../grants/domain/grant';
import { GrantStore } from '../grants/grant.store';
import { concludeAgreement } from './domain/consent';
import { countAgain } from './domain/due';
import { openCases, type Outcome, type SharingApplication } from './domain/sharing-application';
import { SharingApplicationStore } from './sharing-application.store';

/** Who takes back a case that is left behind, null where the application ended otherwise; and the case that was answered. */
type Because = Readonly<{ by?: Principal | null; answered?: string | null }>;

/** What follows from an act on an application, in its transaction. */
@Injectable()
export class ApplicationOutcomes implements OnModuleInit {
  constructor(
    private readonly applications: SharingApplicationStore,
    private readonly grants: GrantStore,
    private readonly cases: ConsentsService,
    private readonly agreements: AgreementsService,
  ) {}

  onModuleInit(): void {
    this.agreements.register({
      lock: (tx, applicationId) => this.applications.lock(tx, applicationId),
      accepted: (tx, { applicationId }, now) => this.conclude(tx, applicationId, now),
    });
  }

  /** Locked, and counted by the calendars as they are now: what is decided next rests on them. [R12.3] */
  async lock(tx: Transaction, id: string, calendars: Calendars, now: Date): Promise<SharingApplication> {
    const application = await this.applications.lock(tx, id);
    const counted = countAgain(application, calendars, now);
    if (!counted) return application;
    await this.applications.keepSteps(tx, [counted]);
    return counted.state;
  }

  /**
   * Keeps the new state, tells it, makes the grant or drafts the agreement it decided on, and ends the cases at the authority that it leaves
   * behind. The application is locked.
   */
  async keep(
    tx: Transaction,
    before: SharingApplication,
    outcome: Outcome,
    now: Date,
    { by = null, answered = null }: Because = {},
  ): Promise<SharingApplication> {
    const { state } = outcome;
    await this.applications.keep(tx, outcome);
    const still = openCases(state);
    for (const id of openCases(before))
      if (id !== answered && !still.includes(id)) await this.cases.withdraw(tx, id, by, now);
    if (before.decision?.grantId == null && state.decision?.grantId != null) await this.grant(tx, state, now);
    if (before.status === 'AGREEMENT_PENDING' && state.withdrawnBy !== null)
      await this.agreements.voidPending(tx, state.id, state.withdrawnBy, now);
    if (state.status === 'AGREEMENT_PENDING') await this.agreements.draft(tx, state, state.decision!.scope, now);
    return state;
  }

  /** Both sides have accepted. A later version of an agreement changes no grant. [R12.6] */
  private async conclude(tx: Transaction, id: string, now: Date): Promise<void> {
    const application = await this.applications.lock(tx, id);
    if (application.status !== 'AGREEMENT_PENDING') return;
    await this.keep(tx, application, concludeAgreement(application, newId(), now), now);
  }

  private async grant(tx: Transaction, { id, decision, rulePack }: SharingApplication, now: Date): Promise<void> {
    const { scope, grantId, by } = decision!;
    const origin = { kind: 'sharing-application', id } as const;
    await this.grants.add(tx, issue(scope, { id: grantId!, parent: null, origin, rulePack: rulePack!, by }, now));
  }
}
