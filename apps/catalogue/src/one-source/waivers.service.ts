import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, type Page } from '@qiongtong/platform';
import type { Competence } from '@qiongtong/regulation';
import { knowledgeOf } from '../entries/domain/knowledge';
import { EntryDesk } from '../entries/entry-desk';
import { OrganisationStore } from '../organisations/organisation.store';
import type { Deciding } from './domain/collection';
import * as acts from './domain/waiver';
import type { Waiver, WaiverStanding } from './domain/waiver';
import { SourcesService, type AskedCollection } from './sources.service';
import { WaiverStore, type WaiverFilter } from './waiver.store';

/** Collecting what another is assigned to collect, for a time, by leave of the authority. [R8.1] */
@Injectable()
export class WaiversService {
  constructor(
    private readonly desk: EntryDesk,
    private readonly sources: SourcesService,
    private readonly waivers: WaiverStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<Waiver> {
    const waiver = await this.waivers.find(id);
    if (!waiver || !acts.isKnownTo(waiver, by)) throw new Refusal('request.not_found');
    return waiver;
  }

  async list(filter: WaiverFilter, limit: number, cursor: string | undefined, by: Principal): Promise<Page<Waiver>> {
    const scope = JSON.stringify(['waivers', by.departmentId, filter.entryId, filter.status, filter.endState]);
    const before = cursor === undefined ? null : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const found = await this.waivers.list(filter, by, before, limit + 1);
    const last = found[limit - 1];
    const next = last && found.length > limit ? this.cursors.encode({ id: last.id }, scope) : null;
    return { items: found.slice(0, limit), next };
  }

  ask(
    entryId: string,
    asked: AskedCollection,
    said: Readonly<{ until: string; reason: string }>,
    by: Principal,
  ): Promise<WaiverStanding> {
    return this.desk.unmarked(said, by, async (tx) => {
      const entry = await this.sources.locked(tx, entryId, by);
      if (knowledgeOf(entry, by) !== 'whole') throw new Refusal('catalogue.not_provider');
      const provider = await this.sources.providerOf(tx, entry, by);
      const collection = { ...asked, regionCode: asked.regionCode ?? provider.regionCode };
      const collectors = await this.sources.collectors(tx, collection, provider);
      const outcome = acts.ask(newId(), { entryId, ...collection, ...said }, provider, collectors, by, this.clock.now());
      if (!(await this.waivers.add(tx, outcome.state))) throw new Refusal('catalogue.waiver_asked');
      tx.publish(outcome.event);
      return acts.standingOf(outcome.state);
    });
  } // prettier-ignore

  grant(id: string, deciding: Deciding & Readonly<{ until: string | null }>, by: Principal): Promise<WaiverStanding> {
    return this.decide(id, deciding, by, (waiver, competent, now) => acts.grant(waiver, deciding, competent, by, now));
  }

  reject(id: string, reason: string, by: Principal): Promise<WaiverStanding> {
    return this.decide(id, reason, by, (waiver, competent, now) => acts.reject(waiver, reason, competent, by, now));
  }

  private decide(
    id: string,
    said: unknown,
    by: Principal,
    rule: (waiver: Waiver, competent: Competence | null, now: Date) => ReturnType<typeof acts.grant | typeof acts.reject>,
  ): Promise<WaiverStanding> {
    return this.desk.unmarked(said, by, async (tx) => {
      const now = this.clock.now();
      const waiver = await this.waivers.lock(tx, id);
      if (!waiver || !acts.isKnownTo(waiver, by)) throw new Refusal('request.not_found');
      const competent = await this.organisations.competentFor(tx, waiver.departmentId, waiver.collectorIds, now);
      const { state, event } = rule(waiver, competent, now);
      await this.waivers.save(tx, state);
      tx.publish(event);
      return acts.standingOf(state);
    });
  } // prettier-ignore
}
