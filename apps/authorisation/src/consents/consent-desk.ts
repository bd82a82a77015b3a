import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { competentAuthority, type Body, type Calendars, type Competence, type RulePack } from '@qiongtong/regulation';
import type { EntityManager } from 'typeorm';
import { CalendarStore } from '../calendar/calendar.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { Rules } from '../rule-packs/rules';
import { authorityClock, isKnownTo, type AuthorityClock, type ConsentCase } from './domain/consent-case';
import type { Pair } from './consent-case.store';

const HOUR_MS = 3_600_000;

/** What a consent case rests on, looked up: who is competent now, and how long the authority has. */
@Injectable()
export class ConsentDesk {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly published: CalendarStore,
    private readonly rules: Rules,
  ) {}

  /** @param besides who had it and let it lie: the level after that is asked for */
  async competent(
    { providerId, otherPartyId }: Pair,
    now: Date,
    manager?: EntityManager,
    besides: readonly string[] = [],
  ): Promise<Competence | null> {
    const bodies = await this.organisations.withRoles(manager);
    const parties = await this.organisations.all([providerId, otherPartyId], manager);
    return this.among(bodies, { providerId, otherPartyId }, parties, now, besides);
  }

  /** Of many pairs those whose case this body decides now. */
  async deciding(pairs: readonly Pair[], organisationId: string, now: Date): Promise<Pair[]> {
    const competence = await this.competenceOf(pairs, now);
    return pairs.filter((pair) => competence.get(pair)?.organisationId === organisationId);
  }

  /** Who is competent now for each of many pairs. */
  async competenceOf(pairs: readonly Pair[], now: Date): Promise<ReadonlyMap<Pair, Competence | null>> {
    if (pairs.length === 0) return new Map();
    const bodies = await this.organisations.withRoles();
    const parties = await this.organisations.all(pairs.flatMap((p) => [p.providerId, p.otherPartyId]));
    return new Map(pairs.map((pair) => [pair, this.among(bodies, pair, parties, now)]));
  }

  /** The clock of a case proposed at `from`, and the rules under which it begins. */
  async opening(tx: Transaction, providerId: string, emergency: boolean, now: Date) {
    const provider = await this.organisations.find(providerId, tx.manager);
    if (!provider) throw new Refusal('request.not_found');
    const rules = this.rules.for(provider.type, now);
    return { clock: await this.clock(tx, rules, emergency, now), rulePack: rules.reference };
  }

  calendars(tx: Transaction): Promise<Calendars> {
    return this.published.published(tx.query);
  }

  async isKnownTo(opened: ConsentCase, by: Principal, now: Date): Promise<boolean> {
    const parties = [opened.providerId, opened.otherPartyId];
    if (parties.includes(by.departmentId)) return isKnownTo(opened, [], null, by);
    return isKnownTo(opened, await this.organisations.regionsOf(parties), await this.competent(opened, now), by);
  }

  private async clock(
    tx: Transaction,
    { authorityConsentWorkingDays: days, emergencyConfirmHours: hours }: RulePack,
    emergency: boolean,
    now: Date,
  ): Promise<AuthorityClock> {
    if (!emergency) return authorityClock(days, await this.calendars(tx), now);
    const dueAt = new Date(now.getTime() + hours * HOUR_MS).toISOString();
    return { dueAt, provisional: false, workingDays: null, calendarEdition: 0 };
  }

  private among(
    bodies: readonly Body[],
    { providerId, otherPartyId }: Pair,
    parties: Awaited<ReturnType<OrganisationStore['all']>>,
    now: Date,
    besides: readonly string[] = [],
  ): Competence | null {
    const [provider, other] = [parties.get(providerId), parties.get(otherPartyId)];
    if (!provider || !other) return null;
    const { refusalAuthority } = this.rules.for(provider.type, now);
    return competentAuthority([provider, other], bodies, now, refusalAuthority, besides);
  }
}
