import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { AgreementStore } from '../agreements/agreement.store';
import { AgreementsService } from '../agreements/agreements.service';
import { proposerOf, type Agreement } from '../agreements/domain/agreement';
import { amendAsAgreed, checkAmendable } from '../grants/domain/agreed';
import { scopeOf, type Narrowing } from '../grants/domain/grant';
import { changed } from '../grants/domain/narrowing';
import { GrantDesk } from '../grants/grant-desk';
import { ApplicationDesk } from './application-desk';
import { SharingApplicationStore } from './sharing-application.store';

const VOID_EVERY_MS = 60_000;
const AT_ONCE = 100;

/**
 * A grant that was made under an agreement is amended by the next version of it: either side proposes, a reviewer of each
 * accepts, and then the grant is as the text says. [R12.6, R10.4]
 */
@Injectable()
export class AmendmentsService implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly applications: SharingApplicationStore,
    private readonly agreements: AgreementsService,
    private readonly grants: GrantDesk,
    private readonly desk: ApplicationDesk,
    private readonly versions: AgreementStore,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.agreements.register({ accepted: (tx, agreement, now) => this.takeEffect(tx, agreement, now) });
    this.scheduler.every('amendments of nothing', VOID_EVERY_MS, (now) => this.voidDue(now));
  }

  /** A version that was to amend a grant waits for nobody once the grant has ended, however it did. */
  async voidDue(now: Date): Promise<void> {
    for (let found = AT_ONCE; found === AT_ONCE;) {
      const waiting = await this.versions.amendingNothing(AT_ONCE);
      for (const applicationId of waiting)
        await this.work.run((tx) => this.agreements.voidPending(tx, applicationId, 'platform', now));
      found = waiting.length;
    }
  }

  /** @param id of the version in force @returns the version that now awaits both sides; another that did gives way */
  async propose(
    id: string,
    { change, reason }: Readonly<{ change: Narrowing; reason: string }>,
    by: Principal,
  ): Promise<Agreement> {
    const inForce = await this.agreements.find(id, by);
    proposerOf(inForce, by);
    const grantId = (await this.applications.find(inForce.applicationId))?.decision?.grantId;
    if (!grantId) throw new Refusal('request.not_found');
    const known = await this.grants.known(grantId, by);
    const asked = changed(scopeOf(known), change);
    const { widened } = checkAmendable(known, asked, this.clock.now());
    const to = await this.desk.checkedAmendment(asked, known, widened.length > 0, this.clock.now());
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      // The application first, then its agreement, then the grant: as when an acceptance takes effect.
      const application = await this.applications.lock(tx, inForce.applicationId);
      const officer = proposerOf(await this.agreements.lock(tx, inForce), by);
      const { grant } = await this.grants.lock(tx, grantId);
      if (grant.revision !== known.revision) throw new Refusal('request.lost_race');
      const amendment = {
        grantId,
        from: scopeOf(grant),
        ...checkAmendable(grant, to, now),
        reason,
        by: officer,
        organisationId: by.departmentId,
        at: now.toISOString(),
      };
      // Its parties are those of the grant: one of them may have taken the place of who applied or consented.
      const { providerId, holderId: applicantId } = grant;
      return this.agreements.draft(tx, { ...application, providerId, applicantId }, to, now, amendment);
    });
  }

  /** Called in the transaction of the second acceptance: agreement and grant change together, or neither. */
  private async takeEffect(tx: Transaction, agreement: Agreement, now: Date): Promise<void> {
    const { id: agreementId, version, digest, scope: to, amendment, acceptances } = agreement;
    if (!amendment) return;
    const { grantId, from, reason } = amendment;
    const { grant, chain } = await this.grants.lock(tx, grantId);
    const { by } = acceptances.at(-1)!;
    const agreed = { agreementId, version, digest, from, to, reason, by };
    await this.grants.keep(tx, chain, amendAsAgreed(grant, chain, agreed, now), now);
  }
}
