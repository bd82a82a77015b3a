import { Injectable } from '@nestjs/common';
import { Refusal, type CatalogueFact, type Principal } from '@qiongtong/contracts';
import { Clock, type Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import { competentOfficer, checkState, MARKED, notInvolved, officerOfProvider } from '../entries/domain/acting';
import type { Entry } from '../entries/domain/entry';
import { knowledgeOf, standingOf, type Standing } from '../entries/domain/knowledge';
import { carriesSecretMark } from '../entries/domain/secret-mark';
import { EntryDesk } from '../entries/entry-desk';
import { EntryStore } from '../entries/entry.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { answerExtension, askExtension, updateClock, yearlyClock, type EntryClock } from './domain/entry-clock';
import { reviewMonths } from './entry-clocks.service';
import { EntryClockStore } from './entry-clock.store';

const STATING = ['SUBMITTER', 'RESPONSIBLE_OFFICER'] as const;
const RESPONSIBLE = ['RESPONSIBLE_OFFICER'] as const;

/** What officers do about the clocks of a published entry. */
@Injectable()
export class UpdatesService {
  constructor(
    private readonly desk: EntryDesk,
    private readonly entries: EntryStore,
    private readonly organisations: OrganisationStore,
    private readonly clocks: EntryClockStore,
    private readonly clock: Clock,
  ) {}

  /** Something that the entry describes is no longer so: from that day on the time to update it runs. */
  noticeChange(id: string, given: Readonly<{ noticedOn: string; what: string }>, by: Principal): Promise<Standing> {
    return this.onPublished(id, by, given, async (tx, entry, now) => {
      const officer = officerOfProvider(STATING, entry, by);
      checkState('withdraw', entry);
      const running = await this.clocks.lock(tx, id, 'UPDATE');
      if (running && running.restingSince === null) throw new Refusal('catalogue.change_already_noticed');
      const { catalogueUpdateWorkingDays: days } = await this.rules(tx, entry, now);
      const noticed = { ...given, by: officer, at: now.toISOString() };
      const started = updateClock(id, noticed, days, await this.clocks.calendars(tx), now);
      await this.clocks.save(tx, started);
      const { dueAt, provisional } = started;
      const data = { ...about(entry, officer), noticedOn: given.noticedOn, dueAt, provisional };
      return { type: 'catalogue.change-noticed.v1', key: id, at: noticed.at, data };
    });
  }

  askExtension(id: string, given: Readonly<{ workingDays: number; reason: string }>, by: Principal): Promise<Standing> {
    return this.onPublished(id, by, given, async (tx, entry, now) => {
      const officer = officerOfProvider(RESPONSIBLE, entry, by);
      const { catalogueUpdateExtensionWorkingDays: most } = await this.rules(tx, entry, now);
      const asked = { ...given, by: officer, at: now.toISOString() };
      await this.clocks.save(tx, askExtension(await this.clocks.lock(tx, id, 'UPDATE'), asked, most, now));
      const data = { ...about(entry, officer), workingDays: given.workingDays };
      return { type: 'catalogue.update-extension-asked.v1', key: id, at: asked.at, data };
    });
  }

  /** @param consented by the authority that reviews the provider's entries */
  answerExtension(id: string, consented: boolean, reason: string, by: Principal): Promise<Standing> {
    return this.onPublished(id, by, reason, async (tx, entry, now) => {
      const officer = competentOfficer(entry, await this.desk.competentFor(tx, entry, now), by);
      const asked: EntryClock | null = await this.clocks.lock(tx, id, 'UPDATE');
      notInvolved(officer, [asked?.extension?.by]);
      const answer = { by: officer, at: now.toISOString(), organisationId: by.departmentId, consented, reason };
      const answered = answerExtension(asked, answer, await this.clocks.calendars(tx), now);
      await this.clocks.save(tx, answered);
      const { dueAt, provisional } = answered;
      const data = { ...about(entry, officer), consented, organisationId: by.departmentId, dueAt, provisional };
      return { type: 'catalogue.update-extension-answered.v1', key: id, at: answer.at, data };
    });
  }

  /** The provider looked at what is published, and it is still right. [R8.5] @param version that was looked at */
  confirm(id: string, version: number, by: Principal): Promise<Standing> {
    return this.onPublished(id, by, null, async (tx, entry, now) => {
      const officer = officerOfProvider(RESPONSIBLE, entry, by);
      checkState('withdraw', entry);
      if (version !== entry.version) throw new Refusal('request.stale_revision');
      await this.clocks.save(tx, yearlyClock(id, now, reviewMonths(now)));
      const data = { ...about(entry, officer), version };
      return { type: 'catalogue.entry-confirmed.v1', key: id, at: now.toISOString(), data };
    });
  }

  /** On the locked entry; text with a secrecy marking is refused and kept nowhere. [R2.3] */
  private onPublished(
    id: string,
    by: Principal,
    said: unknown,
    act: (tx: Transaction, entry: Entry, now: Date) => Promise<CatalogueFact>,
  ): Promise<Standing> {
    return this.desk.keep(said, async (tx) => {
      const entry = await this.entries.lock(tx, id);
      if (!entry || knowledgeOf(entry, by) === 'nothing') throw new Refusal('request.not_found');
      if (carriesSecretMark(said)) return this.desk.refuse(tx, MARKED, by, entry);
      tx.publish(await act(tx, entry, this.clock.now()));
      return standingOf(entry);
    });
  }

  private async rules(tx: Transaction, { providerId }: Entry, now: Date) {
    return rulePackFor(now, (await this.organisations.find(tx, providerId))?.type ?? 'OTHER');
  }
}

const about = ({ id: entryId, providerId }: Entry, by: string) => ({ entryId, providerId, by });
