import { Injectable } from '@nestjs/common';
import type { OrganisationType, Principal, ResourceState } from '@qiongtong/contracts';
import { newId, type Transaction } from '@qiongtong/platform';
import type { RulePack } from '@qiongtong/regulation';
import { covers } from '../standing-consents/domain/standing-consent';
import { StandingConsentStore } from '../standing-consents/standing-consent.store';
import type { Acting } from './application-acts';
import { ApplicationOutcomes } from './application-outcomes';
import { consentAsDecidedBefore } from './domain/consent';
import { wholeScope, type SharingApplication } from './domain/sharing-application';
import { draft, submit, type Applicant } from './domain/submission';

export type Delivery = Readonly<{
  resource: ResourceState;
  applicant: Applicant & Readonly<{ type: OrganisationType }>;
  pack: RulePack;
}>;

/** Keeps drafts, and delivers applications to the providers of their resources. */
@Injectable()
export class Submissions {
  constructor(
    private readonly outcomes: ApplicationOutcomes,
    private readonly standing: StandingConsentStore,
  ) {}

  keepDraft(tx: Transaction, prepared: SharingApplication, by: Principal, now: Date): Promise<SharingApplication> {
    return this.outcomes.keep(tx, prepared, draft(prepared, by, now), now);
  }

  /** What the provider has consented to beforehand is granted at once. */
  async deliver(
    prepared: SharingApplication,
    { resource, applicant, pack }: Delivery,
    by: Principal,
    acting: Acting,
  ): Promise<SharingApplication> {
    const { tx, now, calendars } = acting;
    const outcome = submit(prepared, { resource, applicant, rules: { pack, calendars } }, by, now);
    const delivered = await this.outcomes.keep(tx, prepared, outcome, now);
    return this.consentedBefore(delivered, applicant.type, acting);
  }

  private async consentedBefore(
    application: SharingApplication,
    type: OrganisationType,
    { tx, now, calendars }: Acting,
  ): Promise<SharingApplication> {
    const applicant = { id: application.applicantId, type, submittedBy: application.submittedBy };
    const scope = wholeScope(application, 'required');
    const standing = (await this.standing.active(tx, application.resourceId)).find((one) =>
      covers(one, scope, applicant, now),
    );
    if (!standing) return application;
    const given = { id: standing.id, decidedBy: standing.decision!.by, matterNumber: standing.matterNumber };
    const outcome = consentAsDecidedBefore(application, given, { grantId: newId(), calendars }, now);
    return this.outcomes.keep(tx, application, outcome, now);
  }
}
