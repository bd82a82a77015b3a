import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { AccessApplicationStore } from '../admissions/access-application.store';
import { AgreementStore } from '../agreements/agreement.store';
import { AgreementsService } from '../agreements/agreements.service';
import { SharingApplicationStore } from '../applications/sharing-application.store';
import { ConsentCaseStore } from '../consents/consent-case.store';
import { GrantStore } from '../grants/grant.store';
import { MisuseAlertStore } from '../misuse/misuse-alert.store';
import { OfficerStore } from '../officers/officer.store';
import { PermitStore } from '../publications/permit.store';
import { PublicationRequestStore } from '../publications/publication-request.store';
import { ReviewDelegationStore } from '../review-delegations/review-delegation.store';
import { StandingConsentStore } from '../standing-consents/standing-consent.store';
import { StopStore } from '../stops/stop.store';
import { SystemStore } from '../systems/system.store';
import { OnwardTransferStore } from '../transfers/onward-transfer.store';
import type { Outcomes } from './outcomes';

/** Who acts for a body, and what stands against them. */
@Injectable()
export class StaffParts {
  constructor(
    private readonly systems: SystemStore,
    private readonly officers: OfficerStore,
    private readonly stops: StopStore,
    private readonly alerts: MisuseAlertStore,
    private readonly admissions: AccessApplicationStore,
  ) {}

  async keep(tx: Transaction, { systems, officers, stops, alerts, admissions }: Outcomes): Promise<void> {
    for (const { changed } of systems) await this.systems.save(tx, changed);
    for (const { changed } of officers) await this.officers.save(tx, changed);
    // A stop that was copied is new.
    for (const { changed } of stops) await this.stops[changed.state.revision === 1 ? 'add' : 'save'](tx, changed);
    for (const { changed } of alerts) await this.alerts.save(tx, changed);
    for (const { changed } of admissions) {
      await this.admissions.save(tx, changed.state);
      tx.publish(changed.event);
    }
  }
}

/** What a body uses and applies for, and what it is asked for. */
@Injectable()
export class UseParts {
  constructor(
    private readonly grants: GrantStore,
    private readonly applications: SharingApplicationStore,
    private readonly cases: ConsentCaseStore,
    private readonly agreements: AgreementStore,
    private readonly drafts: AgreementsService,
    private readonly transfers: OnwardTransferStore,
  ) {}

  async keep(tx: Transaction, outcomes: Outcomes, now: Date): Promise<void> {
    const { grants, applications, cases, agreements, transfers } = outcomes;
    if (grants.length > 0) await this.grants.saveAll(tx, grants.map(({ changed }) => changed)); // prettier-ignore
    for (const { changed } of applications) {
      await this.applications.keep(tx, changed);
      const { id, status, decision } = changed.state;
      // What one side has accepted already names a party that is not there any more.
      if (status === 'AGREEMENT_PENDING') await this.drafts.draft(tx, changed.state, decision!.scope, now);
      if (status === 'WITHDRAWN') await this.drafts.voidPending(tx, id, changed.event.data.by, now);
    }
    for (const { changed } of cases) await this.cases.save(tx, changed);
    for (const { changed } of agreements) await this.agreements.save(tx, changed);
    for (const { changed } of transfers) {
      await this.transfers.save(tx, changed.state);
      tx.publish(changed.event);
    }
  }
}

/** What a body gives to others beforehand and to everybody. */
@Injectable()
export class OfferParts {
  constructor(
    private readonly requests: PublicationRequestStore,
    private readonly permits: PermitStore,
    private readonly standing: StandingConsentStore,
    private readonly delegations: ReviewDelegationStore,
  ) {}

  async keep(tx: Transaction, { requests, permits, standing, delegations }: Outcomes): Promise<void> {
    for (const { changed } of requests) {
      await this.requests.save(tx, changed.state);
      tx.publish(changed.event);
    }
    for (const { changed } of permits) await this.permits.save(tx, changed);
    for (const { changed } of standing) await this.standing.keep(tx, changed);
    for (const { changed } of delegations) await this.delegations.keep(tx, changed);
  }
}

@Injectable()
export class KeptParts {
  constructor(
    private readonly staff: StaffParts,
    private readonly uses: UseParts,
    private readonly offers: OfferParts,
  ) {}

  async keep(tx: Transaction, outcomes: Outcomes, now: Date): Promise<void> {
    await this.staff.keep(tx, outcomes);
    await this.uses.keep(tx, outcomes, now);
    await this.offers.keep(tx, outcomes);
  }
}
