import type { AccessApplication } from '../admissions/domain/access-application';
import * as admissions from '../admissions/domain/succession';
import type { Agreement } from '../agreements/domain/agreement';
import * as agreements from '../agreements/domain/succession';
import type { SharingApplication } from '../applications/domain/sharing-application';
import * as applications from '../applications/domain/succession';
import { mayAct } from '../applications/domain/transitions';
import type { ConsentCase } from '../consents/domain/consent-case';
import * as consents from '../consents/domain/succession';
import { isLive, type Grant } from '../grants/domain/grant';
import * as grants from '../grants/domain/succession';
import type { MisuseAlert } from '../misuse/domain/misuse-alert';
import * as misuse from '../misuse/domain/succession';
import type { Officer } from '../officers/domain/officer';
import * as officers from '../officers/domain/succession';
import { bodiesAfter, type Effect, type Succession } from '@qiongtong/regulation';
import type { Organisation } from '../organisations/domain/organisation';
import type { Permit } from '../publications/domain/permit';
import type { PublicationRequest } from '../publications/domain/publication-request';
import * as publications from '../publications/domain/succession';
import type { ReviewDelegation } from '../review-delegations/domain/review-delegation';
import * as delegations from '../review-delegations/domain/succession';
import type { StandingConsent } from '../standing-consents/domain/standing-consent';
import * as standing from '../standing-consents/domain/succession';
import type { Stop } from '../stops/domain/stop';
import * as stops from '../stops/domain/succession';
import type { System } from '../systems/domain/system';
import * as systems from '../systems/domain/succession';
import type { OnwardTransfer } from '../transfers/domain/onward-transfer';
import * as transfers from '../transfers/domain/succession';

/** Every body that is spoken of. */
export type Bodies = ReadonlyMap<string, Organisation>;

/** Everything that hangs on the bodies of a change, or a part of it: what is not given is not looked at. */
export type World = Readonly<{
  /** All that are spoken of, those among them that are founded included. */
  bodies: Bodies;
  /** Providers of resources as far as known, whether they have moved already or not. */
  providers: ReadonlyMap<string, string>;
  systems: readonly System[];
  officers: readonly Officer[];
  stops: readonly Stop[];
  alerts: readonly MisuseAlert[];
  /** Whole chains. */
  grants: readonly Grant[];
  applications: readonly SharingApplication[];
  /** With what each is about among the grants and applications. */
  cases: readonly ConsentCase[];
  /** With the grants they come from. */
  transfers: readonly OnwardTransfer[];
  requests: readonly PublicationRequest[];
  permits: readonly Permit[];
  /** With the grants made on them. */
  agreements: readonly Agreement[];
  standing: readonly StandingConsent[];
  delegations: readonly ReviewDelegation[];
  admissions: readonly AccessApplication[];
}>;
export const NOTHING: Omit<World, 'bodies' | 'providers'> = {
  systems: [],
  officers: [],
  stops: [],
  alerts: [],
  grants: [],
  applications: [],
  cases: [],
  transfers: [],
  requests: [],
  permits: [],
  agreements: [],
  standing: [],
  delegations: [],
  admissions: [],
};

/**
 * What a change makes of a world, each thing with its new state, its fact and its effect. The same over the whole, for
 * the preview, and over part after part, for carrying it out: what has had its effect has none a second time.
 */
export function outcomesOf(world: World, s: Succession, newId: () => string, now: Date) {
  const bodies = bodiesAfter(s, world.bodies);
  const some = <T, O>(things: readonly T[], rule: (thing: T) => O | null): O[] =>
    things.flatMap((thing) => rule(thing) ?? []);
  const ofGrants = chainsOf(world.grants).flatMap((chain) => grants.succeedChain(chain, s, bodies, now));
  const grantsAfter = new Map(world.grants.map((grant) => [grant.id, grant]));
  for (const { changed } of ofGrants) grantsAfter.set(changed.state.id, changed.state);
  const ofApplications = some(world.applications, (one) => applications.succeed(one, s, bodies, now));
  const applicationsAfter = new Map(world.applications.map((one) => [one.id, one]));
  for (const { changed } of ofApplications) applicationsAfter.set(changed.state.id, changed.state);
  const grantOf = (id: string | null) => (id === null ? null : (grantsAfter.get(id) ?? null));
  const around = ({ grantId }: { grantId: string | null }) => ({ grant: grantOf(grantId), providers: world.providers });
  return {
    systems: some(world.systems, (one) => systems.succeed(one, world.providers, s, now)),
    officers: some(world.officers, (one) => officers.succeed(one, s, now)),
    stops: world.stops.flatMap((one) => stops.succeed(one, s, newId, now)),
    alerts: some(world.alerts, (one) => misuse.succeed(one, s, now)),
    grants: ofGrants,
    applications: ofApplications,
    cases: some(world.cases, (one) => consents.succeed(one, subjectOf(one, grantsAfter, applicationsAfter), s, now)),
    transfers: some(world.transfers, (one) => transfers.succeed(one, grantOf(one.parentGrantId), s, now)),
    requests: some(world.requests, (one) => publications.succeedRequest(one, around(one), s, bodies, now)),
    permits: some(world.permits, (one) => publications.succeedPermit(one, around(one), s, bodies, now)),
    agreements: some(world.agreements, (one) => agreements.succeed(one, holderOf(one, grantsAfter), s, now)),
    standing: some(world.standing, (one) => standing.succeed(one, s, now)),
    delegations: some(world.delegations, (one) => delegations.succeed(one, s, now)),
    admissions: some(world.admissions, (one) => admissions.succeed(one, s, now)),
  };
}
export type Outcomes = ReturnType<typeof outcomesOf>;

function chainsOf(all: readonly Grant[]): Grant[][] {
  const chains = new Map<string, Grant[]>();
  for (const grant of all) chains.set(grant.rootId, [...(chains.get(grant.rootId) ?? []), grant]);
  return [...chains.values()];
}

/** Each effect once, in the order of the parts; with the yearly reviews that are open on what passes. [R8.5] */
export function effectsOf(outcomes: Outcomes, world: World): Effect[] {
  const effects = Object.values(outcomes).flatMap((part) => part.map(({ effect }): Effect => effect));
  const overdue = new Set(world.grants.filter(({ review }) => review.overdueAt !== null).map(({ id }) => id));
  const reviews = outcomes.grants.flatMap(({ changed, effect }): Effect[] =>
    overdue.has(effect.id) && isLive(changed.state) ? [{ ...effect, thing: 'review' }] : [],
  );
  return [...effects, ...reviews];
}

/** The parties of what a case is about, afterwards; null where it is not awaited any more. */
function subjectOf(
  { id, subject }: ConsentCase,
  grantsAfter: ReadonlyMap<string, Grant>,
  applicationsAfter: ReadonlyMap<string, SharingApplication>,
) {
  if (subject.kind === 'grant') {
    const grant = grantsAfter.get(subject.id);
    if (!grant?.proposals.some(({ caseId }) => caseId === id)) return null;
    return { providerId: grant.providerId, otherPartyId: grant.holderId };
  }
  const application = applicationsAfter.get(subject.id);
  if (!application || !mayAct('PASS', application.status)) return null;
  return { providerId: application.providerId, otherPartyId: application.applicantId };
}

/** Who holds what was agreed on; where it has ended, whose the agreement was. */
function holderOf({ applicationId, applicantId }: Agreement, grantsAfter: ReadonlyMap<string, Grant>): string {
  const made = [...grantsAfter.values()].find(
    (grant) => grant.origin.kind === 'sharing-application' && grant.origin.id === applicationId && isLive(grant),
  );
  return made?.holderId ?? applicantId;
}
