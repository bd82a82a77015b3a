import { Refusal, type ConsentKind, type Principal } from '@qiongtong/contracts';
import type { Calendars } from '@qiongtong/regulation';
import fc from 'fast-check';
import {
  aBasis,
  anApplicant,
  anAsk,
  by,
  calendars,
  corrected,
  now,
  prepared,
  rules,
  theResource,
} from '../../../test/applications';
import { aSuccession } from '../../../test/successions';
import {
  decide as answerCase,
  propose,
  withdraw as withdrawCase,
  type ConsentCase,
} from '../../consents/domain/consent-case';
import { succeed as succeedCase } from '../../consents/domain/succession';
import { acceptOffer, concludeAgreement, consent, consentAsDecidedBefore, consentInPart } from './consent';
import { countAgain, dueSteps, moveAuthorityDate } from './due';
import { countProvisionAgain } from './provision';
import { askForExtension, checkExtension, extend, extensionNotConsented } from './extension';
import { groundOf } from './grounds';
import {
  checkProposal,
  proposalNotConsented,
  proposePartialConsent,
  proposerOf,
  proposeRefusal,
  refuse,
  takeBackProposal,
} from './proposal';
import { askForSupplement, declineOffer, offer, startReview, supplement, type Terms } from './review';
import { seenBy } from './seen-by';
import { openCases, type Outcome, type Recounted, type SharingApplication } from './sharing-application';
import { amendDraft, draft, submit, withdraw } from './submission';
import { succeed } from './succession';
import { SHARING_APPLICATION_STATUSES, TRANSITIONS, type SharingApplicationAct, type Transition } from './transitions';

const DAY = 24 * 3600 * 1000;
const NARRATIVE = 'the reason that nobody hears before its time';
const AUTHORITY = { organisationId: 'gxt', role: 'PROVINCIAL_AUTHORITY' } as const;

/** Everybody who might try: right, wrong, in two posts at once, of another department, and a system. */
const PEOPLE: readonly Principal[] = [
  by(),
  by({ officerId: 'sun', roles: ['SUBMITTER', 'REVIEWER'] }),
  by({ officerId: 'chen', departmentId: 'mzt', roles: ['REVIEWER'] }),
  by({ officerId: 'liu', departmentId: 'mzt', roles: ['REVIEWER', 'SUBMITTER'] }),
  // Serves the applicant and the provider, and the provider and the authority.
  by({ officerId: 'wang', departmentId: 'mzt', roles: ['REVIEWER'] }),
  by({ officerId: 'chen', roles: ['SUBMITTER'] }),
  by({ officerId: 'chen', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] }),
  by({ officerId: 'zhao', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER', 'SUBMITTER'] }),
  by({ officerId: 'li', departmentId: 'dj', roles: ['REVIEWER'] }),
  by({ officerId: 'zhou', departmentId: 'wjw', roles: ['REVIEWER', 'SUBMITTER', 'LOCAL_AUTHORITY'] }),
  by({ kind: 'system', officerId: null, systemId: 'mzt-system', departmentId: 'mzt', roles: ['SYSTEM'] }),
];

const ITEMS = [['aidNo'], ['aidNo', 'persons'], ['aidNo', 'persons', 'status'], ['aidNo', 'headIdNo']] as const;
const ARTICLES = ['第六条', '6', '第二十八条', '第九十九条', ''] as const;
type Command = Readonly<{
  act: SharingApplicationAct;
  who: Principal;
  delegated: boolean;
  items: readonly string[];
  agreement: Terms['agreement'];
  article: string;
  workingDays: number;
  yes: boolean;
  /** How long before it. */
  days: number;
  /** Turned into an act that is possible now, by somebody of the right side: pure chance would seldom get far. */
  fitting: Readonly<{ act: number | null; who: number | null }>;
}>;
const command: fc.Arbitrary<Command> = fc.record({
  act: fc.constantFrom(...(Object.keys(TRANSITIONS) as SharingApplicationAct[])),
  who: fc.constantFrom(...PEOPLE),
  delegated: fc.boolean(),
  items: fc.constantFrom(...ITEMS),
  agreement: fc.constantFrom('REQUIRED', 'NONE'),
  article: fc.constantFrom(...ARTICLES),
  workingDays: fc.integer({ min: 0, max: 12 }),
  yes: fc.boolean(),
  days: fc.constantFrom(0, 0, 0, 0, 1, 2, 6),
  fitting: fc.record({
    act: fc.option(fc.nat(), { freq: 3 }),
    who: fc.option(fc.nat(), { freq: 2 }),
  }),
});

/** Ends an application, which is to be rare. */
const ENDING: readonly SharingApplicationAct[] = ['WITHDRAW', 'LAPSE', 'CONSENT_AS_DECIDED_BEFORE', 'CONSENT'];
const OF_SIDE: Readonly<Record<string, readonly Principal[]>> = {
  APPLICANT: PEOPLE.filter((one) => one.departmentId === 'ybj'),
  PROVIDER: PEOPLE.filter((one) => ['mzt', 'dj'].includes(one.departmentId)),
  AUTHORITY: PEOPLE.filter((one) => one.departmentId === 'gxt'),
};

function fitted(command: Command, status: SharingApplication['status'] | null): Command {
  const { fitting } = command;
  const possible = (Object.entries(TRANSITIONS) as [SharingApplicationAct, Transition][])
    .filter(([act, { from }]) => from.includes(status) && (command.workingDays > 9 || !ENDING.includes(act)))
    .map(([act]) => act);
  const act = fitting.act === null || possible.length === 0 ? command.act : possible[fitting.act % possible.length]!;
  const people = OF_SIDE[TRANSITIONS[act].by] ?? PEOPLE;
  return { ...command, act, who: fitting.who === null ? command.who : people[fitting.who % people.length]! };
}

/** One application, the cases it has at the authority, and what the rules of Article 12 allow to be true of it. */
class World {
  application: SharingApplication = prepared(anAsk({ items: ['aidNo', 'persons', 'status'] }));
  now = now;
  readonly accepted = new Set<SharingApplicationAct>();
  readonly seen = new Set<string>();
  private readonly cases = new Map<string, ConsentCase>();
  private readonly answers = new Map<string, ConsentCase['status']>();
  private facts = 0;
  private agreed = false;
  private calendarVersion = 1;

  /** @returns false when it was refused; anything but a refusal is a defect */
  try(given: Command): boolean {
    const command = fitted(given, this.application.revision === 0 ? null : this.application.status);
    this.now = new Date(this.now.getTime() + command.days * DAY);
    const before = this.application;
    try {
      const outcome = this.outcome(command);
      if (outcome === null) return false;
      this.check(command, before, outcome);
      this.keep(before, outcome);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(this.application).toBe(before);
      return false;
    } finally {
      this.checkAlways();
    }
  }

  private outcome({ act, who, delegated, items, agreement, article, workingDays, yes }: Command): Outcome | null {
    const { application, now: at } = this;
    const reviewing = { by: who, delegated: delegated && who.departmentId !== 'mzt' };
    const terms = { items, agreement, matterNumber: 'required' } as const;
    const reasons = { statutoryBasis: article === '' ? [] : [aBasis({ article })], narrative: NARRATIVE };
    const given = { grantId: `g${this.facts}`, calendars };
    switch (act) {
      case 'DRAFT':
        return draft(application, who, at);
      case 'AMEND_DRAFT':
        return amendDraft(application, anAsk({ items: [...items] }), who, at);
      case 'SUBMIT':
        return submit(application, { resource: theResource, applicant: anApplicant(), rules }, who, at);
      case 'WITHDRAW':
        return withdraw(application, who, at);
      case 'CONSENT_AS_DECIDED_BEFORE':
        return consentAsDecidedBefore(
          application,
          { id: 'sc1', decidedBy: 'chen', matterNumber: 'optional' },
          given,
          at,
        );
      case 'START_REVIEW':
        return startReview(application, reviewing, at);
      case 'ASK_FOR_SUPPLEMENT':
        return askForSupplement(application, [{ field: 'dutyBasis', what: '依据' }], reviewing, at);
      case 'SUPPLEMENT':
        return supplement(application, { asked: anAsk({ items: [...items] }), note: '' }, who, calendars, at);
      case 'CONSENT':
        return consent(application, { agreement, matterNumber: 'required' }, reviewing, given, at);
      case 'OFFER':
        return offer(application, { terms, reason: '' }, reviewing, at);
      case 'ACCEPT_OFFER':
        return acceptOffer(application, who, given, at);
      case 'DECLINE_OFFER':
        return declineOffer(application, who, at);
      case 'PROPOSE_PARTIAL_CONSENT':
        checkProposal(act, application, reasons, reviewing);
        return this.opening('PARTIAL_CONSENT', reasons, who, (opened) =>
          proposePartialConsent(application, { terms, reasons }, opened, reviewing, at),
        );
      case 'PROPOSE_REFUSAL':
        checkProposal(act, application, reasons, reviewing);
        return this.opening('REFUSAL', reasons, who, (opened) =>
          proposeRefusal(application, reasons, opened, reviewing, at),
        );
      case 'TAKE_BACK_PROPOSAL':
        return takeBackProposal(application, reviewing, at);
      case 'AUTHORITY_CONSENTS_TO_PARTIAL':
        return this.answered(application.proposal?.caseId, true, who, (id, officer) =>
          consentInPart(application, id, officer, given, at),
        );
      case 'AUTHORITY_CONSENTS_TO_REFUSAL':
        return this.answered(application.proposal?.caseId, true, who, (_id, officer) =>
          refuse(application, { by: officer, authorityId: who.departmentId }, at),
        );
      case 'AUTHORITY_DOES_NOT_CONSENT':
        return this.answered(application.proposal?.caseId, false, who, (_id, officer) =>
          proposalNotConsented(application, 'NOT_CONSENTED', officer, at),
        );
      case 'CONCLUDE_AGREEMENT':
        return concludeAgreement(application, given.grantId, at);
      case 'ASK_FOR_EXTENSION': {
        proposerOf(application, reviewing);
        checkExtension(application, workingDays, at);
        const asked = { workingDays, reason: '' };
        return this.opening('REPLY_EXTENSION', { statutoryBasis: [], narrative: '' }, who, (opened) =>
          askForExtension(application, asked, opened, reviewing, at),
        );
      }
      case 'AUTHORITY_EXTENDS':
      case 'AUTHORITY_DOES_NOT_EXTEND': {
        const consents = act === 'AUTHORITY_EXTENDS';
        return this.answered(application.extension?.caseId, consents, who, (_id, officer) =>
          consents
            ? extend(application, officer, calendars, at)
            : extensionNotConsented(application, 'NOT_CONSENTED', officer, at),
        );
      }
      case 'REMIND':
      case 'FLAG_OVERDUE':
      case 'TELL_CONSENT_AWAITED':
        return this.ticking();
      case 'MOVE_DUE_DATE':
        return moved(countAgain(application, this.published(yes), at));
      case 'MOVE_PROVISION_DATE':
        return moved(countProvisionAgain(application, this.published(yes), at));
      case 'MOVE_AUTHORITY_DATE':
        return moveAuthorityDate(
          application,
          { id: application.proposal?.caseId ?? '', dueAt: new Date(at.getTime() + workingDays * DAY).toISOString() },
          at,
        );
      case 'PASS':
      case 'LAPSE':
        return this.passing(act, yes);
    }
  }

  /** The year corrected once more, with days off or without. */
  private published(without: boolean): Calendars {
    const version = ++this.calendarVersion;
    return corrected({ version, holidays: without ? [] : ['2026-03-10', '2026-03-11'] });
  }

  /** Of all that the clock has to say by now the first, so that each fact is looked at. */
  private ticking(): Outcome | null {
    return dueSteps(this.application, { responsibleUnitId: 'u1', authorityId: 'gxt' }, this.now)[0] ?? null;
  }

  /** The provider gives way to another body and back, or a party ends with nobody in its place. */
  private passing(act: 'PASS' | 'LAPSE', ofApplicant: boolean): Outcome | null {
    const { providerId, resourceId } = this.application;
    const ends = ofApplicant
      ? aSuccession({ kind: 'ABOLITION', from: ['ybj'], heirs: [] })
      : aSuccession({ kind: 'ABOLITION', from: [providerId], heirs: [], withdrawals: { [resourceId]: [aBasis()] } });
    const goesOn = aSuccession({ from: [providerId], heirs: [providerId === 'mzt' ? 'dj' : 'mzt'] });
    const succession = act === 'PASS' ? goesOn : ends;
    const succeeded = succeed(this.application, succession, new Map(), this.now);
    if (succeeded && act === 'PASS')
      for (const [id, opened] of this.cases) {
        const parties = { providerId: succession.heirs[0]!, otherPartyId: opened.otherPartyId };
        this.cases.set(id, succeedCase(opened, parties, succession, this.now)?.changed.state ?? opened);
      }
    return succeeded && succeeded.changed;
  }

  private opening(
    kind: ConsentKind,
    reasons: Pick<ConsentCase, 'statutoryBasis' | 'narrative'>,
    who: Principal,
    then: (opened: ConsentCase) => Outcome,
  ): Outcome {
    const { id, providerId, applicantId: otherPartyId } = this.application;
    const subject = { kind: 'sharing-application', id } as const;
    const dueAt = new Date(this.now.getTime() + 7 * DAY).toISOString();
    const clock = { dueAt, provisional: false, calendarEdition: 2, workingDays: 5 };
    const asked = {
      id: `c${this.facts}`,
      kind,
      subject,
      providerId,
      otherPartyId,
      emergency: false,
      clock,
      rulePack: 'r',
      ...reasons,
    };
    const { state } = propose(asked, AUTHORITY, who, this.now);
    const outcome = then(state);
    this.cases.set(state.id, state);
    return outcome;
  }

  /** As the consents do it: the authority's own rules first, then what follows for the application, or neither. */
  private answered(
    caseId: string | undefined,
    yes: boolean,
    who: Principal,
    then: (caseId: string, officer: string) => Outcome,
  ): Outcome | null {
    const opened = caseId === undefined ? undefined : this.cases.get(caseId);
    if (!opened) return null;
    const answer = { to: yes ? 'CONSENTED' : 'NOT_CONSENTED', reason: 'r' } as const;
    const { state } = answerCase(opened, answer, AUTHORITY, who, this.now);
    const outcome = then(opened.id, state.decision!.by);
    this.cases.set(opened.id, state);
    this.answers.set(opened.id, state.status);
    return outcome;
  }

  private keep(before: SharingApplication, { state }: Outcome): void {
    for (const id of openCases(before))
      if (!openCases(state).includes(id) && this.cases.get(id)!.status === 'PROPOSED')
        this.cases.set(id, withdrawCase(this.cases.get(id)!, null, this.now).state);
    this.application = state;
    this.agreed ||= state.status === 'AGREEMENT_PENDING';
    this.facts++;
    this.seen.add(state.status);
  }

  private check({ act, who }: Command, before: SharingApplication, { state, event }: Outcome): void {
    const platform = ['REMIND', 'FLAG_OVERDUE', 'TELL_CONSENT_AWAITED'] as const;
    const done =
      act === 'REMIND' || act === 'FLAG_OVERDUE' || act === 'TELL_CONSENT_AWAITED'
        ? platform.find((one) => FACT_OF[one] === event.type)!
        : act;
    this.accepted.add(done);
    const { from, to, by: side }: Transition = TRANSITIONS[done];
    expect(from).toContain(before.revision === 0 ? null : before.status);
    expect(to.length === 0 ? [before.status] : to).toContain(state.status);
    // Exactly one fact for each act, of the revision it made.
    expect([state.revision, event.key]).toEqual([before.revision + 1, state.id]);
    expect(event.data).toMatchObject({ revision: state.revision, applicationId: state.id });
    expect(JSON.stringify(event)).not.toContain(NARRATIVE);
    // R12.8: receipt is set once.
    if (before.receivedAt !== null) expect(state.receivedAt).toBe(before.receivedAt);
    // R14.10: no side acts in another's place, nobody on what they submitted themselves.
    if (side === 'APPLICANT') expect(who.departmentId).toBe('ybj');
    if (side === 'PROVIDER')
      expect([who.departmentId === 'ybj', who.officerId === before.submittedBy, who.officerId === null]).toEqual([
        false,
        false,
        false,
      ]);
    if (side === 'AUTHORITY') expect(who.departmentId).toBe('gxt');
    if (done === 'ACCEPT_OFFER') expect(who.officerId).not.toBe(before.offer!.by);
    if (done === 'ASK_FOR_SUPPLEMENT') expect(before.supplement).toBeNull();
    if (done === 'ASK_FOR_EXTENSION') expect(before.extension).toBeNull();
    if (side === 'PLATFORM' && to.length === 0 && done !== 'PASS')
      expect([state.decision, state.status]).toEqual([
        before.decision && { ...before.decision, provide: state.decision!.provide },
        before.status,
      ]);
    // R15.3: a clock is neither restarted nor stopped by a change of bodies.
    if (done === 'PASS')
      expect([state.status, state.clock, state.overdueAt, state.nextStepAt]).toEqual([
        before.status,
        before.clock,
        before.overdueAt,
        before.nextStepAt,
      ]);
    if (state.proposal && !before.proposal)
      for (const basis of state.proposal.statutoryBasis)
        expect(before.groundsNotConsented).not.toContain(groundOf(basis));
  }

  /** Whatever was tried, and however it ended. */
  private checkAlways(): void {
    const { application } = this;
    const { status, decision, refusal, clock } = application;
    must((status === 'CONSENTED') === (decision?.grantId != null), 'a grant where it is consented to, and there alone');
    const decidedOn = ['CONSENTED', 'AGREEMENT_PENDING'].includes(status) || (status === 'WITHDRAWN' && this.agreed);
    must(decidedOn === (decision !== null), 'decided where it says so, or before the applicant gave it up');
    if (decision) {
      const { items } = decision.scope;
      must(
        items.every((item) => application.asked.items.includes(item)),
        '[R12.7] never more than asked',
      );
      const less = application.asked.items.some((item) => !items.includes(item));
      must(less === decision.narrowed.length > 0, '[R10.4] less than asked is called so');
      const agreed = decision.acceptedBy !== null || this.answers.get(decision.caseId!) === 'CONSENTED';
      must(!less || agreed, '[R10.4] less only as the applicant accepted or the authority consented');
    }
    must((status === 'REFUSED') === (refusal !== null), 'a refusal where it is refused');
    if (refusal) {
      must(this.answers.get(refusal.caseId) === 'CONSENTED', '[R12.5] the authority consented to the refusal');
      must(refusal.statutoryBasis.length > 0, '[R10.2] a refusal has a ground');
      must(refusal.by !== refusal.consentedBy, '[R14.10] nobody consents to their own refusal');
    }
    const shown = seenBy(application, by(), calendars, this.now);
    must(
      status === 'REFUSED' || !JSON.stringify(shown).includes(NARRATIVE),
      '[R12.5] why it is to be refused is not told before it is',
    );
    const inTime = clock?.dueAt != null && clock.dueAt >= this.now.toISOString();
    must(!inTime || !shown.status.endsWith('_PROPOSED'), '[R12.5] a proposal is a review until T+10');
    if (['CONSENTED', 'AGREEMENT_PENDING', 'REFUSED', 'WITHDRAWN'].includes(status)) {
      must(application.nextStepAt === null && openCases(application).length === 0, '[R12.4] nothing is awaited');
      must(
        [...this.cases.values()].every((one) => one.status !== 'PROPOSED'),
        'no case is left at the authority',
      );
    }
  }
}

/** `expect` is too slow for a hundred thousand questions. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

/** What moved nothing is no act. */
const moved = (recounted: Recounted | null): Outcome | null =>
  recounted?.event ? { state: recounted.state, event: recounted.event } : null;

const FACT_OF = {
  REMIND: 'authorisation.sharing-application-reminded.v1',
  FLAG_OVERDUE: 'authorisation.sharing-application-overdue.v1',
  TELL_CONSENT_AWAITED: 'authorisation.sharing-application-consent-awaited.v1',
} as const;

describe('[R12.1] any sequence of acts by anybody', () => {
  const accepted = new Set<SharingApplicationAct>();
  const reached = new Set<string>();
  const never = fc.property(fc.array(command, { minLength: 10, maxLength: 60, size: 'max' }), (commands) => {
    const world = new World();
    for (const one of commands) world.try(one);
    for (const act of world.accepted) accepted.add(act);
    for (const status of world.seen) reached.add(status);
  });

  it('[R12.5] [R14.10] reaches no state that Article 12 forbids, and says each act in one fact', () => {
    fc.assert(never, { numRuns: 300 });
  });

  it('and is no empty promise: every act and every status was there', () => {
    fc.assert(never, { numRuns: 400, seed: 12 });
    expect([...reached].sort()).toEqual([...SHARING_APPLICATION_STATUSES].sort());
    expect([...accepted].sort()).toEqual(Object.keys(TRANSITIONS).sort());
  });
});
