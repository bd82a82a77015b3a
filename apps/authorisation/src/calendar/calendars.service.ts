import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Refusal, type CalendarChanges, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, UnitOfWork, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import { CalendarStore } from './calendar.store';
import { changesBetween, publish, type CalendarVersion, type NewCalendar } from './domain/calendar-version';

/** A year as it stands, under the revision that a further version must name. */
export type CurrentCalendar = Omit<CalendarVersion, 'edition' | 'moved' | 'recountedAt'> &
  Readonly<{ revision: number }>;

/** The working-day calendar of the State Council, published and corrected by the province. [R12.3] */
@Injectable()
export class CalendarsService implements OnApplicationBootstrap {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: CalendarStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.work.run((tx) => this.store.tellSeeded(tx));
  }

  async list(page: PageOf): Promise<Page<CurrentCalendar>> {
    const { items, next } = await pageOf(page, this.cursors, ['calendars'], (after, limit) =>
      this.store.list(after === null ? null : numbersOf(after)[0], limit),
    );
    return { items: items.map(currentOf), next };
  }

  async current(year: number): Promise<CurrentCalendar> {
    return currentOf(known(await this.store.current(year)));
  }

  async versions(year: number, page: PageOf): Promise<Page<CalendarVersion>> {
    known(await this.store.current(year));
    return pageOf(page, this.cursors, ['calendars', year], (after, limit) =>
      this.store.versions(year, after === null ? null : numbersOf(after)[1], limit),
    );
  }

  /** With how many clocks it moved, and whether all have been counted by it. */
  async version(year: number, version: number): Promise<CalendarVersion> {
    return known(await this.store.find(year, version));
  }

  /** @param since default the version before; 0 is before there was any */
  async changes(year: number, version: number, since = version - 1): Promise<CalendarChanges> {
    const after = known(await this.store.find(year, version));
    if (since >= version) throw new Refusal('calendar.versions_reversed', { about: [String(since), String(version)] });
    return changesBetween(since === 0 ? null : known(await this.store.find(year, since)), after);
  }

  /** Running clocks count again by it; that goes on after the answer. @param revision 0 for the first of a year */
  publish(given: NewCalendar, revision: number, by: Principal): Promise<CalendarVersion> {
    return this.work.run(async (tx) => {
      const edition = await this.store.lockEdition(tx);
      const current = await this.store.current(given.year, tx);
      expectRevision(current?.version ?? 0, revision);
      const published = publish(given, current, edition, by, this.clock.now());
      await this.store.add(tx, published);
      return published.state;
    });
  }
}

function known(version: CalendarVersion | null): CalendarVersion {
  if (!version) throw new Refusal('request.not_found');
  return version;
}

const currentOf = ({ edition: _e, moved: _m, recountedAt: _r, ...version }: CalendarVersion): CurrentCalendar => ({
  ...version,
  revision: version.version,
});

const numbersOf = (id: string) => id.split('-').map(Number) as [number, number];
