import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Refusal, type ConsentKind, type Principal } from '@qiongtong/contracts';
import { Clock, expectRevision, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { ConsentsService } from '../consents/consents.service';
import type { ConsentCase } from '../consents/domain/consent-case';
import { revoke, revokeWithConsent } from './domain/ending';
import {
  checkLive,
  providersOfficer,
  seenBy,
  withProposal,
  type Cause,
  type ChangedGrant,
  type Consented,
  type Grant,
  type Narrowing,
  type Proposal,
} from './domain/grant';
import { checkMayBeNarrowed, narrow, narrowWithConsent } from './domain/narrowing';
import {
  checkEmergency,
  checkMayBeSuspended,
  resume,
  suspend,
  suspendInEmergency,
  suspendWithConsent,
  withoutConsent,
} from './domain/suspension';
import { GrantDesk, type LockedGrant } from './grant-desk';

/**
 * What takes away from a grant. On misuse or an ended duty it happens at once; on a statutory ground the competent
 * authority is asked first, and what is proposed happens in the transaction of its answer. [R10.4]
 */
@Injectable()
export class GrantMeasuresService implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly desk: GrantDesk,
    private readonly consents: ConsentsService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.consents.register({
      kinds: ['GRANT_SUSPENSION', 'GRANT_NARROWING', 'GRANT_REVOCATION'],
      lock: (tx, grantId) => this.desk.lock(tx, grantId),
      consented: (tx, opened, _by, now) => this.consented(tx, opened, now),
      notConsented: (tx, opened, by, now) => this.fallen(tx, opened, 'NOT_CONSENTED', by.officerId!, now),
      lapsed: (tx, opened, now) => this.fallen(tx, opened, 'LAPSED', 'platform', now),
    });
  }

  /** Revokes a grant with everything transferred from it; the gateway refuses from its next decision on. */
  revoke(id: string, cause: Cause, by: Principal): Promise<Grant> {
    return this.act(id, by, async (tx, { grant, chain }, now) => {
      if (cause.ground !== 'STATUTORY') return revoke(grant, chain, cause, by, now);
      providersOfficer(grant, by);
      checkLive(grant);
      const { id: caseId } = await this.propose(tx, grant, 'GRANT_REVOCATION', cause, by, now);
      return [withProposal(grant, { caseId, kind: 'GRANT_REVOCATION' })];
    });
  }

  suspend(
    id: string,
    { until, emergency, ...cause }: Cause & Readonly<{ until: string; emergency: boolean }>,
    by: Principal,
  ): Promise<Grant> {
    return this.act(id, by, async (tx, { grant }, now) => {
      if (cause.ground !== 'STATUTORY') return [suspend(grant, cause, until, by, now)];
      providersOfficer(grant, by);
      checkMayBeSuspended(grant, until, now);
      if (emergency) checkEmergency(grant, now);
      const opened = await this.propose(tx, grant, 'GRANT_SUSPENSION', cause, by, now, emergency);
      if (emergency) return [suspendInEmergency(grant, consentedOf(opened), until, now)];
      return [withProposal(grant, { caseId: opened.id, kind: 'GRANT_SUSPENSION', until })];
    });
  }

  resume(id: string, by: Principal): Promise<Grant> {
    return this.act(id, by, (_tx, { grant }, now) => Promise.resolve([resume(grant, by, now)]));
  }

  /** @param revision the grant as it was seen when the change was written */
  async narrow(
    id: string,
    revision: number,
    { change: given, ...cause }: Parameters<typeof narrow>[3] & Readonly<{ change: Narrowing }>,
    by: Principal,
  ): Promise<Grant> {
    const change = await this.desk.checkedChange(given, await this.desk.known(id, by));
    return this.act(id, by, async (tx, { grant, chain }, now) => {
      const { ground } = cause;
      if (ground !== 'STATUTORY') {
        const narrowed = narrow(grant, chain, change, cause, by, now);
        expectRevision(grant.revision, revision);
        return narrowed;
      }
      providersOfficer(grant, by);
      checkMayBeNarrowed(grant, change, now);
      expectRevision(grant.revision, revision);
      const { id: caseId } = await this.propose(tx, grant, 'GRANT_NARROWING', { ...cause, ground }, by, now);
      return [withProposal(grant, { caseId, kind: 'GRANT_NARROWING', change })];
    });
  }

  /** The provider takes back what it has proposed; an emergency that rested on it is over. */
  withdrawProposal(id: string, caseId: string, by: Principal): Promise<Grant> {
    return this.act(
      id,
      by,
      async (tx, { grant }, now) => {
        const officer = providersOfficer(grant, by);
        proposalOf(grant, caseId);
        await this.consents.withdraw(tx, caseId, by, now);
        return [withoutConsent(grant, caseId, 'WITHDRAWN', officer, now)];
      },
      caseId,
    );
  }

  private propose(
    tx: Transaction,
    { id, providerId, holderId }: Grant,
    kind: ConsentKind,
    { statutoryBasis, narrative }: Cause,
    by: Principal,
    now: Date,
    emergency = false,
  ): Promise<ConsentCase> {
    const subject = { kind: 'grant', id } as const;
    const given = { kind, subject, providerId, otherPartyId: holderId, statutoryBasis, narrative, emergency };
    return this.consents.open(tx, given, by, now);
  }

  private async consented(tx: Transaction, opened: ConsentCase, now: Date): Promise<void> {
    const { grant, chain } = await this.desk.lock(tx, opened.subject.id);
    const proposal = proposalOf(grant, opened.id);
    const consented = consentedOf(opened);
    await this.desk.keep(tx, chain, carriedOut(grant, chain, proposal, consented, now), now, opened.id);
  }

  private async fallen(
    tx: Transaction,
    { id, subject }: ConsentCase,
    because: 'NOT_CONSENTED' | 'LAPSED',
    by: string,
    now: Date,
  ): Promise<void> {
    const { grant, chain } = await this.desk.lock(tx, subject.id);
    await this.desk.keep(tx, chain, [withoutConsent(grant, id, because, by, now)], now, id);
  }

  private async act(
    id: string,
    by: Principal,
    rule: (tx: Transaction, locked: LockedGrant, now: Date) => Promise<ChangedGrant[]>,
    answered: string | null = null,
  ): Promise<Grant> {
    await this.desk.known(id, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const locked = await this.desk.lock(tx, id);
      const changed = await rule(tx, locked, now);
      await this.desk.keep(tx, locked.chain, changed, now, answered);
      return seenBy(changed[0]!.state, by);
    });
  }
}

function carriedOut(
  grant: Grant,
  chain: readonly Grant[],
  proposal: Proposal,
  consented: Consented,
  now: Date,
): ChangedGrant[] {
  if (proposal.kind === 'GRANT_SUSPENSION') return [suspendWithConsent(grant, consented, proposal.until, now)];
  if (proposal.kind === 'GRANT_NARROWING') return narrowWithConsent(grant, chain, proposal.change, consented, now);
  return revokeWithConsent(grant, chain, consented, now);
}

function proposalOf(grant: Grant, caseId: string): Proposal {
  const proposal = grant.proposals.find((one) => one.caseId === caseId);
  if (!proposal) throw new Refusal('request.not_found');
  return proposal;
}

const consentedOf = ({ id: caseId, statutoryBasis, narrative, proposedBy }: ConsentCase): Consented => ({
  caseId,
  statutoryBasis,
  narrative,
  proposedBy,
});
