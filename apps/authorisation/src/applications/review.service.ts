import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { newId, type Transaction } from '@qiongtong/platform';
import { CalendarStore } from '../calendar/calendar.store';
import { ConsentsService } from '../consents/consents.service';
import type { ConsentCase } from '../consents/domain/consent-case';
import { ApplicationActs, type Acting } from './application-acts';
import { ApplicationDesk } from './application-desk';
import { ApplicationOutcomes } from './application-outcomes';
import { consent, consentInPart, type Consent } from './domain/consent';
import { moveAuthorityDate } from './domain/due';
import { askForExtension, checkExtension, extend, extensionNotConsented } from './domain/extension';
import {
  checkProposal,
  proposalNotConsented,
  proposePartialConsent,
  proposeRefusal,
  proposerOf,
  refuse,
  takeBackProposal,
  type Reasons,
} from './domain/proposal';
import { askForSupplement, offer, startReview, type Reviewing, type Terms } from './domain/review';
import type { SeenApplication } from './domain/seen-by';
import type { Missing, Outcome, SharingApplication } from './domain/sharing-application';
import { SharingApplicationStore } from './sharing-application.store';

/** What the provider does, and what becomes of it when the authority has answered. */
@Injectable()
export class ReviewService implements OnModuleInit {
  constructor(
    private readonly acts: ApplicationActs,
    private readonly applications: SharingApplicationStore,
    private readonly desk: ApplicationDesk,
    private readonly outcomes: ApplicationOutcomes,
    private readonly cases: ConsentsService,
    private readonly calendars: CalendarStore,
  ) {}

  onModuleInit(): void {
    this.cases.register({
      kinds: ['REFUSAL', 'PARTIAL_CONSENT', 'REPLY_EXTENSION'],
      lock: (tx, id) => this.applications.lock(tx, id),
      consented: (tx, opened, by, now) => this.consented(tx, opened, by, now),
      notConsented: (tx, opened, by, now) => this.fell(tx, opened, 'NOT_CONSENTED', by.officerId!, now),
      lapsed: (tx, opened, now) => this.fell(tx, opened, 'LAPSED', 'platform', now),
      recounted: (tx, opened, now) => this.moveAuthorityDate(tx, opened, now),
    });
  }

  startReview(id: string, by: Principal): Promise<SeenApplication> {
    return this.review(id, by, (application, reviewing, { now }) => startReview(application, reviewing, now));
  }

  askForSupplement(id: string, missing: readonly Missing[], by: Principal): Promise<SeenApplication> {
    return this.review(id, by, (application, reviewing, { now }) =>
      askForSupplement(application, missing, reviewing, now),
    );
  }

  /** The provider consents, and the grant is there: nothing else has to happen before the first use. */
  consent(id: string, given: Consent, by: Principal): Promise<SeenApplication> {
    return this.review(id, by, (application, reviewing, { calendars, now }) =>
      consent(application, given, reviewing, { grantId: newId(), calendars }, now),
    );
  }

  async offer(id: string, given: Readonly<{ terms: Terms; reason: string }>, by: Principal): Promise<SeenApplication> {
    const terms = await this.desk.checkedTerms(given.terms, await this.acts.known(id, by));
    return this.review(id, by, (application, reviewing, { now }) =>
      offer(application, { ...given, terms }, reviewing, now),
    );
  }

  /** Puts the refusal before the authority. The applicant learns of it when that has consented. [R12.5] */
  proposeRefusal(id: string, reasons: Reasons, by: Principal): Promise<SeenApplication> {
    return this.review(id, by, async (application, reviewing, { tx, now }) => {
      checkProposal('PROPOSE_REFUSAL', application, reasons, reviewing);
      const opened = await this.cases.open(tx, { kind: 'REFUSAL', ...caseOf(application), ...reasons }, by, now);
      return proposeRefusal(application, reasons, opened, reviewing, now);
    });
  }

  async proposePartialConsent(
    id: string,
    given: Readonly<{ terms: Terms; reasons: Reasons }>,
    by: Principal,
  ): Promise<SeenApplication> {
    const { reasons } = given;
    const terms = await this.desk.checkedTerms(given.terms, await this.acts.known(id, by));
    return this.review(id, by, async (application, reviewing, { tx, now }) => {
      checkProposal('PROPOSE_PARTIAL_CONSENT', application, reasons, reviewing);
      const opened = await this.cases.open(
        tx,
        { kind: 'PARTIAL_CONSENT', ...caseOf(application), ...reasons },
        by,
        now,
      );
      return proposePartialConsent(application, { terms, reasons }, opened, reviewing, now);
    });
  }

  takeBackProposal(id: string, by: Principal): Promise<SeenApplication> {
    return this.review(id, by, (application, reviewing, { now }) => takeBackProposal(application, reviewing, now));
  }

  /** More time to answer, where the rules that bind the provider know it, and the authority consents. */
  askForExtension(
    id: string,
    given: Readonly<{ workingDays: number; reason: string }>,
    by: Principal,
  ): Promise<SeenApplication> {
    return this.review(id, by, async (application, reviewing, { tx, now }) => {
      proposerOf(application, reviewing);
      checkExtension(application, given.workingDays, now);
      const asked = { ...caseOf(application), statutoryBasis: [], narrative: given.reason };
      const opened = await this.cases.open(tx, { kind: 'REPLY_EXTENSION', ...asked }, by, now);
      return askForExtension(application, given, opened, reviewing, now);
    });
  }

  private review(
    id: string,
    by: Principal,
    rule: (application: SharingApplication, reviewing: Reviewing, acting: Acting) => Outcome | Promise<Outcome>,
  ): Promise<SeenApplication> {
    return this.acts.on(id, by, async (application, acting) =>
      rule(application, await this.desk.reviewing(acting.tx, application, by, acting.now), acting),
    );
  }

  private async consented(tx: Transaction, opened: ConsentCase, by: Principal, now: Date): Promise<void> {
    const calendars = await this.calendars.published(tx.query);
    const application = await this.outcomes.lock(tx, opened.subject.id, calendars, now);
    const officer = by.officerId!;
    const outcome = (): Outcome => {
      if (opened.kind === 'REFUSAL') return refuse(application, { by: officer, authorityId: by.departmentId }, now);
      if (opened.kind === 'REPLY_EXTENSION') return extend(application, officer, calendars, now);
      return consentInPart(application, opened.id, officer, { grantId: newId(), calendars }, now);
    };
    await this.outcomes.keep(tx, application, outcome(), now, { answered: opened.id });
  }

  private async fell(
    tx: Transaction,
    opened: ConsentCase,
    outcome: 'NOT_CONSENTED' | 'LAPSED',
    by: string,
    now: Date,
  ): Promise<void> {
    const calendars = await this.calendars.published(tx.query);
    const application = await this.outcomes.lock(tx, opened.subject.id, calendars, now);
    const rule = opened.kind === 'REPLY_EXTENSION' ? extensionNotConsented : proposalNotConsented;
    await this.outcomes.keep(tx, application, rule(application, outcome, by, now), now, { answered: opened.id });
  }

  private async moveAuthorityDate(tx: Transaction, opened: ConsentCase, now: Date): Promise<void> {
    const moved = moveAuthorityDate(await this.applications.lock(tx, opened.subject.id), opened, now);
    if (moved) await this.applications.keep(tx, moved);
  }
}

const caseOf = ({ id, providerId, applicantId }: SharingApplication) => ({
  subject: { kind: 'sharing-application' as const, id },
  providerId,
  otherPartyId: applicantId,
  emergency: false,
});
