import { ADMISSION_GROUNDS, Refusal, type Principal } from '@qiongtong/contracts';
import { lacksForUse } from '@qiongtong/regulation';
import fc from 'fast-check';
import { anAdmission, aDepartmentOf, aText, by, DAY_MS, now, signature } from '../../../test/admissions';
import * as applications from './access-application';
import type { AccessApplication } from './access-application';
import {
  admit,
  pledgeAnew,
  relinquish,
  resume,
  revoke,
  suspend,
  type Admission,
  type ChangedAdmission,
} from './admission';
import { askToPledge, fallDue, mustPledgeAnew, nextDueAt } from './pledge-renewal';
import { graceEnd, publish, type PledgeText } from './pledge-text';
import {
  ACCESS_APPLICATION_STATUSES,
  ADMISSION_TRANSITIONS,
  APPLICATION_TRANSITIONS,
  OPEN_STATUSES,
  type AdmissionAct,
  type ApplicationAct,
  type Transition,
} from './transitions';

type Act = ApplicationAct | AdmissionAct;
const CONFIDENTIAL = 'what is said between the department and the authority';

/** Everybody who might try: right, wrong, in two posts at once, of another department or region, and a system. */
const PEOPLE: readonly Principal[] = [
  by(),
  by({ officerId: 'sun', roles: ['SUBMITTER', 'RESPONSIBLE_OFFICER'] }),
  by({ officerId: 'li', roles: ['RESPONSIBLE_OFFICER'] }),
  // Serves the department and the authority.
  by({ officerId: 'admin', roles: ['SUBMITTER'] }),
  by({ officerId: 'admin', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] }),
  by({ officerId: 'zhou', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY', 'SUBMITTER', 'RESPONSIBLE_OFFICER'] }),
  by({ officerId: 'zhao', departmentId: 'ldxz', roles: ['LEADING_GROUP'] }),
  by({
    officerId: 'liu',
    departmentId: 'hk',
    regionCode: '460100',
    roles: ['LOCAL_AUTHORITY', 'PROVINCIAL_AUTHORITY'],
  }),
  by({ officerId: 'wu', departmentId: 'wjw', roles: ['SUBMITTER', 'RESPONSIBLE_OFFICER', 'AUDITOR'] }),
  by({ kind: 'system', officerId: null, systemId: 'ybj-system', roles: ['SYSTEM'] }),
];
const OWN = PEOPLE.filter(({ departmentId }) => departmentId === 'ybj');
const DECIDING = PEOPLE.filter(({ departmentId }) => ['gxt', 'ldxz'].includes(departmentId));

const ACTS = [
  ...(Object.keys(APPLICATION_TRANSITIONS) as ApplicationAct[]),
  ...(['SUSPEND', 'RESUME', 'REVOKE', 'RELINQUISH', 'PLEDGE_ANEW'] as const),
  'PUBLISH_TEXT',
] as const;

const command = fc.record({
  act: fc.constantFrom(...ACTS),
  who: fc.constantFrom(...PEOPLE),
  current: fc.boolean(),
  ground: fc.constantFrom(...ADMISSION_GROUNDS),
  until: fc.constantFrom(-1, 5, 40, 400),
  days: fc.constantFrom(0, 0, 0, 0, 1, 6, 20),
  fitting: fc.record({ act: fc.option(fc.nat(), { freq: 4 }), who: fc.option(fc.nat(), { freq: 3 }) }),
});
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** One department, its applications, its admission, and the texts of the pledge as time passes. */
class World {
  application: AccessApplication | null = null;
  admission: Admission;
  texts: PledgeText[] = [aText({ effectiveFrom: now.toISOString() })];
  now = now;
  readonly accepted = new Set<Act>();
  readonly seen = new Set<string>();

  constructor(private readonly isProvincialAuthority: boolean) {
    const department = aDepartmentOf({ isProvincialAuthority });
    this.admission = anAdmission({
      department,
      status: 'NONE',
      pledgeVersion: null,
      applicationId: null,
      admittedAt: null,
    });
  }

  get text(): PledgeText {
    return this.texts.filter(({ effectiveFrom }) => effectiveFrom <= this.now.toISOString()).at(-1)!;
  }

  try(given: Command): void {
    this.now = new Date(this.now.getTime() + given.days * DAY_MS);
    this.pass();
    const one = this.fitted(given);
    const before = [this.application, this.admission] as const;
    try {
      this.run(one);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect([this.application, this.admission]).toEqual(before);
    }
    this.checkAlways();
  }

  /** What the schedule does, however long it was away. */
  private pass(): void {
    const asked = askToPledge(this.admission, this.text, [14, 7, 1], this.now);
    if (asked) this.keep('ASK_TO_PLEDGE', asked, null);
    for (let due = fallDue(this.admission, this.now); due; due = fallDue(this.admission, this.now))
      this.keep(FACT_OF[due.event.type]!, due, null);
  }

  /** Mostly somebody whose act it is does what may be done; the rest tries whatever comes. */
  private fitted(given: Command): Command {
    const { act, who } = given.fitting;
    const status = this.application?.status ?? 'NONE';
    const fits = ACTS.filter((one) => {
      if (one === 'PUBLISH_TEXT') return true;
      const { from }: Transition<string> = TABLE[one];
      return (
        from.includes(one in APPLICATION_TRANSITIONS ? status : this.admission.status) ||
        (OVER.includes(status) && from.includes('NONE'))
      );
    });
    const chosen = act === null ? given.act : fits[act % fits.length]!;
    if (who === null || chosen === 'PUBLISH_TEXT') return { ...given, act: chosen };
    const people = (TABLE[chosen].by as readonly string[]).includes('APPLICANT') ? OWN : DECIDING;
    return { ...given, act: chosen, who: people[who % people.length]! };
  }

  private run({ act, who, current, ground, until }: Command): void {
    const { admission, text, now: at } = this;
    const applicant = { ...admission.department, admission: admission.status };
    const signed = { ...signature, textVersion: current ? text.version : 'former' };
    const cause = { ground, reason: CONFIDENTIAL };
    switch (act) {
      case 'PUBLISH_TEXT': {
        const effectiveFrom = new Date(at.getTime() + 3 * DAY_MS).toISOString();
        const version = `v${this.texts.length}`;
        const { state } = publish(
          { version, text: text.text, effectiveFrom, graceDays: 20 },
          this.texts.at(-1)!,
          who,
          at,
        );
        this.texts.push(state);
        must(who.roles.includes('PROVINCIAL_AUTHORITY'), '[R11.2] a text is published by the province');
        return;
      }
      case 'DRAFT':
        return this.apply(act, applications.draft(this.anew(applicant, who), applicant, who, at), who);
      case 'SUBMIT': {
        const kept = this.application && isOpen(this.application) ? this.application : this.anew(applicant, who);
        return this.apply(act, applications.submit(kept, signed, applicant, text, who, at), who);
      }
      case 'AMEND':
        return this.apply(act, applications.amend(this.inHand(), CONFIDENTIAL, applicant, who, at), who);
      case 'WITHDRAW':
        return this.apply(act, applications.withdraw(this.inHand(), applicant, who, at), who);
      case 'START_REVIEW':
        return this.apply(act, applications.startReview(this.inHand(), applicant, who, at), who);
      case 'RETURN': {
        const remarks = [{ field: 'other', what: CONFIDENTIAL }] as const;
        return this.apply(act, applications.sendBack(this.inHand(), remarks, applicant, who, at), who);
      }
      case 'REJECT':
        return this.apply(act, applications.reject(this.inHand(), CONFIDENTIAL, applicant, who, at), who);
      case 'APPROVE': {
        const approved = applications.approve(this.inHand(), applicant, text, who, at);
        const pledge = approved.state.pledge!;
        const admitted = admit(admission, { applicationId: 'a1', pledge, by: approved.event.data.by }, at);
        this.apply(act, approved, who);
        return this.keep('ADMIT', admitted, who);
      }
      case 'SUSPEND': {
        const end = new Date(at.getTime() + until * DAY_MS).toISOString();
        return this.keep(act, suspend(admission, { ...cause, until: end }, who, at), who);
      }
      case 'RESUME':
        return this.keep(act, resume(admission, who, at), who);
      case 'REVOKE':
        return this.keep(act, revoke(admission, cause, who, at), who);
      case 'RELINQUISH':
        return this.keep(act, relinquish(admission, CONFIDENTIAL, who, at), who);
      case 'PLEDGE_ANEW':
        return this.keep(act, pledgeAnew(admission, signed, text, who, at), who);
    }
  }

  private inHand(): AccessApplication {
    if (!this.application) throw new Refusal('request.not_found');
    return this.application;
  }

  /** One in hand at a time, as the database keeps it. */
  private anew(applicant: applications.Applicant, who: Principal): AccessApplication {
    const prepared = applications.prepare({ id: 'a1', statement: CONFIDENTIAL, rulePack: 'r' }, applicant, who);
    if (this.application && isOpen(this.application)) throw new Refusal('admission.already_pending');
    return prepared;
  }

  private apply(act: ApplicationAct, { state, event }: applications.Outcome, who: Principal): void {
    const before = this.application;
    const open = before !== null && isOpen(before);
    const { from, to }: Transition<string> = APPLICATION_TRANSITIONS[act];
    must(from.includes(open ? before.status : 'NONE'), `[R11.1] ${act} from ${before?.status}`);
    must(state.status === (to ?? before?.status), `[R11.1] ${act} to ${state.status}`);
    must(state.revision === (open ? before.revision : 0) + 1, 'one fact for each revision');
    this.checkFact(event, state.revision);
    this.checkSide(APPLICATION_TRANSITIONS[act].by, who);
    if (act === 'APPROVE' || act === 'REJECT' || act === 'RETURN' || act === 'START_REVIEW')
      must(!state.writtenBy.includes(who.officerId!), '[R14.10] nobody decides on what they wrote');
    must(
      ARROWS.has(`${open ? before.status : '—'}>${state.status}`),
      `R11.1 knows no ${before?.status}>${state.status}`,
    );
    this.application = state;
    this.accepted.add(act);
    this.seen.add(state.status);
  }

  private keep(act: AdmissionAct, { state, event }: ChangedAdmission, who: Principal | null): void {
    const { from, to }: Transition<string> = ADMISSION_TRANSITIONS[act];
    const before = this.admission;
    must(from.includes(before.status), `[R11.1] ${act} from ${before.status}`);
    must(state.status === (to ?? before.status), `[R11.1] ${act} to ${state.status}`);
    must(state.revision === before.revision + 1, 'one fact for each revision');
    this.checkFact(event, state.revision);
    if (who) this.checkSide(ADMISSION_TRANSITIONS[act].by, who);
    else
      must(
        (ADMISSION_TRANSITIONS[act].by as readonly string[]).includes('PLATFORM'),
        `${act} is nobody's but a person's`,
      );
    must(before.status === state.status || ARROWS.has(`${before.status}>${state.status}`), 'an arrow of R11.1');
    this.admission = state;
    this.accepted.add(act);
  }

  private checkFact(event: applications.Outcome['event'] | ChangedAdmission['event'], revision: number): void {
    must(event.data.revision === revision && event.data.organisationId === 'ybj', 'the fact is of what was done');
    must(!JSON.stringify(event).includes(CONFIDENTIAL), 'free text stays in the service');
  }

  private checkSide(side: readonly string[], who: Principal): void {
    must(who.officerId !== null, '[R14.8] people act, no system');
    if (!side.includes('AUTHORITY'))
      return must(side.includes('APPLICANT') && who.departmentId === 'ybj', 'the department’s own act');
    must(who.departmentId !== 'ybj', '[R14.10] no body decides its own case');
    const role = this.isProvincialAuthority ? 'LEADING_GROUP' : 'PROVINCIAL_AUTHORITY';
    must(who.roles.includes(role) && who.regionCode === '460000', '[R11.1] the province alone, its own the next level');
  }

  /** Whatever was tried, and however it ended. */
  private checkAlways(): void {
    const { admission, application, text } = this;
    const at = this.now.toISOString();
    const { status, suspension, suspendedUntil, renewal, pledgeValidUntil } = admission;
    must((status === 'SUSPENDED') === (suspension !== null), '[R11.5] a suspension where it is suspended');
    must(suspendedUntil === (suspension?.until ?? null), 'one end');
    must(suspension === null || suspension.until > at, '[R13.5] every suspension ends');
    must((status === 'REVOKED') === (admission.ending?.how === 'REVOKED'), '[R11.1] revoked for a reason');
    must(pledgeValidUntil === (renewal?.validUntil ?? null), '[R11.2] one end of grace');
    must(!mustPledgeAnew(admission, text), '[R11.2] everybody is asked');
    if (status === 'ACTIVE' || status === 'SUSPENDED') {
      must(admission.applicationId !== null, '[R11.1] admitted by an application');
      const grace = this.texts.find(({ version }) => version === renewal?.newVersion);
      must(!grace || pledgeValidUntil! <= graceEnd(grace), '[R11.2] no more grace than was given');
    } else must(renewal === null, 'nothing is asked of whom nobody admitted');
    const uses = lacksForUse({ ...admission, admission: status, hasResponsibleUnit: true }, this.now) === null;
    const current = admission.pledgeVersion === text.version;
    must(
      uses === (status === 'ACTIVE' && (current || pledgeValidUntil! > at)),
      '[R11.3] used when admitted and pledged',
    );
    const due = nextDueAt(admission);
    must(due === null || due > at, 'the schedule has done what was due');
    if (application?.status === 'APPROVED') must(application.decision !== null, 'decided where it says so');
  }
}

/** R11.1 once more, as it is written there: what no table of the code may go beyond. */
const ARROWS = new Set([
  ...['—>DRAFT', '—>SUBMITTED', 'DRAFT>DRAFT', 'DRAFT>SUBMITTED', 'SUBMITTED>UNDER_REVIEW'],
  ...['SUBMITTED>RETURNED', 'UNDER_REVIEW>RETURNED', 'RETURNED>RETURNED', 'RETURNED>SUBMITTED'],
  ...['SUBMITTED>APPROVED', 'UNDER_REVIEW>APPROVED', 'SUBMITTED>REJECTED', 'UNDER_REVIEW>REJECTED'],
  ...['DRAFT>WITHDRAWN', 'SUBMITTED>WITHDRAWN', 'UNDER_REVIEW>WITHDRAWN', 'RETURNED>WITHDRAWN'],
  ...['NONE>ACTIVE', 'ACTIVE>SUSPENDED', 'SUSPENDED>ACTIVE', 'ACTIVE>REVOKED', 'SUSPENDED>REVOKED'],
  ...['REVOKED>ACTIVE', 'ACTIVE>NONE'],
]);
const TABLE = { ...APPLICATION_TRANSITIONS, ...ADMISSION_TRANSITIONS };
const OVER: readonly string[] = ['APPROVED', 'REJECTED', 'WITHDRAWN'];
const isOpen = ({ status }: AccessApplication): boolean => (OPEN_STATUSES as readonly string[]).includes(status);
const FACT_OF: Readonly<Record<string, AdmissionAct>> = {
  'authorisation.admission-resumed.v1': 'RESUME',
  'authorisation.pledge-renewal-reminded.v1': 'REMIND',
  'authorisation.pledge-lapsed.v1': 'LAPSE',
};

/** `expect` is too slow for a hundred thousand questions. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

describe('[R11.1] any sequence of acts by anybody', () => {
  const accepted = new Set<string>();
  const reached = new Set<string>();
  const sequences = fc.array(command, { minLength: 10, maxLength: 60, size: 'max' });
  const never = fc.property(fc.boolean(), sequences, (isProvincialAuthority, commands) => {
    const world = new World(isProvincialAuthority);
    for (const one of commands) world.try(one);
    for (const act of world.accepted) accepted.add(act);
    for (const status of world.seen) reached.add(status);
  });

  it('[R14.10] [R11.2] [R11.3] reaches no state that Article 11 forbids, and says each act in one fact', () => {
    fc.assert(never, { numRuns: 300 });
  });

  it('and is no empty promise: every act and every status was there', () => {
    fc.assert(never, { numRuns: 300, seed: 11 });
    expect([...reached].sort()).toEqual([...ACCESS_APPLICATION_STATUSES].sort());
    expect([...accepted].sort()).toEqual(Object.keys(TABLE).sort());
  });
});
