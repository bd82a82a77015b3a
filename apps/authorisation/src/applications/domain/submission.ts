import { officerWith, Refusal, type Duty, type Principal, type ResourceState } from '@qiongtong/contracts';
import { lacksForUse, type Calendars, type RulePack, type Standing } from '@qiongtong/regulation';
import { clockRules, startClock } from './answer-clock';
import { acted, applicantOf, ending, type Asked, type Outcome, type SharingApplication } from './sharing-application';

/** What must be known of the applicant. */
export type Applicant = Standing & Readonly<{ id: string; duties: readonly Duty[] }>;
export type RulesInForce = Readonly<{ pack: RulePack; calendars: Calendars }>;
export type NewApplication = Readonly<{ id: string; asked: Asked; batchId: string | null }>;

/** Is there anything to apply for, and may this department? */
export function checkMayApply(resource: ResourceState, applicant: Applicant, now: Date): void {
  const lacking = lacksForUse(applicant, now);
  if (lacking) throw new Refusal(lacking);
  if (resource.providerId === applicant.id) throw new Refusal('application.own_resource');
  if (resource.specialRegime !== null) throw new Refusal('access.special_regime');
  if (resource.sharingType === 'NOT_SHARED') throw new Refusal('access.not_shared');
  // Article 11: used directly, at once, for a registered duty. An application would only delay it.
  if (resource.sharingType === 'UNCONDITIONAL') throw new Refusal('application.direct_use', { about: [resource.id] });
}

/** What an officer wrote down, not kept yet. */
export function prepare(
  { id, asked, batchId }: NewApplication,
  { id: resourceId, providerId }: Pick<ResourceState, 'id' | 'providerId'>,
  by: Principal,
): SharingApplication {
  const submittedBy = officerWith(['SUBMITTER'], by);
  const { departmentId: applicantId } = by;
  return { ...BLANK, id, resourceId, applicantId, providerId, batchId, asked, submittedBy };
}
const BLANK = {
  status: 'DRAFT',
  receivedAt: null,
  clock: null,
  rules: null,
  rulePack: null,
  supplement: null,
  offer: null,
  proposal: null,
  extension: null,
  groundsNotConsented: [],
  decision: null,
  refusal: null,
  withdrawnBy: null,
  overdueAt: null,
  nextStepAt: null,
  revision: 0,
} as const;

/** Kept and not sent: nobody but the applicant knows of it, and no clock runs. */
export const draft = (prepared: SharingApplication, by: Principal, now: Date): Outcome =>
  acted('DRAFT', prepared, { fact: 'drafted', told: {}, by: applicantOf(prepared, by) }, now);

export function amendDraft(application: SharingApplication, asked: Asked, by: Principal, now: Date): Outcome {
  const submittedBy = applicantOf(application, by);
  return acted(
    'AMEND_DRAFT',
    application,
    { changes: { asked, submittedBy }, fact: 'draft-amended', told: {}, by: submittedBy },
    now,
  );
}

/**
 * Delivered to the provider of the resource, whose clock starts.
 *
 * @param application prepared, or a draft; what it asks is checked against the resource
 * @param given.rules in force for the provider
 */
export function submit(
  application: SharingApplication,
  given: Readonly<{ resource: ResourceState; applicant: Applicant; rules: RulesInForce }>,
  by: Principal,
  now: Date,
): Outcome {
  const submittedBy = applicantOf(application, by);
  const { resource, applicant, rules } = given;
  checkAsked(application.asked, applicant);
  const receivedAt = now.toISOString();
  const kept = clockRules(rules.pack);
  const clock = startClock(kept, receivedAt, rules.calendars);
  const { reference: rulePack } = rules.pack;
  const { items, purposes } = application.asked;
  const { provisional } = clock;
  const told = {
    items,
    purposes,
    receivedAt,
    dueAt: clock.dueAt!,
    provisional,
    rulePack,
    batchId: application.batchId,
  };
  const { providerId } = resource;
  const changes = { providerId, submittedBy, receivedAt, clock, rules: kept, rulePack };
  return acted('SUBMIT', application, { changes, fact: 'submitted', told, by: submittedBy }, now);
}

/** The applicant takes it back before anything is granted; what the provider answered stays on record. */
export function withdraw(application: SharingApplication, by: Principal, now: Date): Outcome {
  const officer = applicantOf(application, by);
  const changes = { ...ending(application, now), withdrawnBy: officer };
  return acted('WITHDRAW', application, { changes, fact: 'withdrawn', told: {}, by: officer }, now);
}

export function checkAsked(
  asked: Pick<Asked, 'purposes' | 'scopeOfKnowledge'>,
  applicant: Pick<Applicant, 'duties'>,
): void {
  const registered = applicant.duties.flatMap((duty) => duty.purposes);
  const foreign = asked.purposes.filter((purpose) => !registered.includes(purpose));
  if (foreign.length > 0) throw new Refusal('application.purpose_not_registered', { about: foreign });
  const { units, posts, officers } = asked.scopeOfKnowledge;
  if (units.length + posts.length + officers.length === 0) throw new Refusal('application.scope_missing');
}
