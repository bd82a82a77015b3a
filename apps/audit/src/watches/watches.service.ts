import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type WatchChanged, type WatchSaved } from '@qiongtong/contracts';
import { Clock, Cursors, Drain, newId, pause, sql, UnitOfWork, type Sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { logRead, readingOfAll } from '../log/domain/reading';
import { after, MOST_OF_ALL, MOST_WATCHES, saidOf, type WatchAct, type WatchFilter } from './domain/watch';
import { WatchStore, type Notice, type Watch } from './watch.store';
import type { NoticesView, WatchPageView, WatchView } from './watches.dto';

const LOOK_EVERY_MS = 500;
/** Of one process; who comes then is answered at once. */
const MOST_WAITING = 200;

type Asked = Readonly<{ name: string; filter: WatchFilter; everySeconds: number }>;
type After = Readonly<{ after: number; limit: number; waitMs: number }>;

/** What auditors want to be told of. Theirs alone: what is watched says who is looked into. [R14.9] [R21.1] */
@Injectable()
export class WatchesService {
  private waiting = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly store: WatchStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    private readonly drain: Drain,
  ) {}

  save(by: Principal, { name, filter, everySeconds }: Asked): Promise<WatchView> {
    const { by: owner, departmentId } = readingOfAll(by);
    return this.work.run(async (tx) => {
      const { own, all } = await this.store.count(tx.query, owner);
      if (own >= MOST_WATCHES || all >= MOST_OF_ALL)
        throw new Refusal('audit.watch_limit', { about: [String(own >= MOST_WATCHES ? MOST_WATCHES : MOST_OF_ALL)] });
      const now = this.clock.now();
      const fromIndex = await this.store.place(tx.query);
      const watch: Watch = {
        ...{ id: newId(), owner, name, filter, everySeconds, state: 'ACTIVE', fromIndex },
        ...{ savedAt: now, changedAt: now, notices: 0, waiting: 0 },
      };
      await this.store.add(tx.query, watch);
      const asked = { ...saidOf(filter), everySeconds };
      const fact: WatchSaved = {
        ...{ type: 'audit.watch-saved.v1', key: watch.id, at: now.toISOString() },
        data: { watchId: watch.id, by: owner, departmentId, asked },
      };
      tx.publish(fact);
      return shown(watch);
    });
  }

  change(by: Principal, id: string, act: WatchAct): Promise<WatchView> {
    const { by: owner, departmentId } = readingOfAll(by);
    return this.work.run(async (tx) => {
      // In the order of the follower, which holds its place before it tells watches.
      const place = await this.store.place(tx.query);
      const watch = known(await this.store.find(tx.query, owner, id, true), id);
      const state = after(watch.state, act);
      const now = this.clock.now();
      const changed = { ...watch, state, changedAt: now, fromIndex: act === 'resume' ? place : watch.fromIndex };
      await this.store.change(tx.query, changed);
      const fact: WatchChanged = {
        ...{ type: 'audit.watch-changed.v1', key: id, at: now.toISOString() },
        data: { watchId: id, by: owner, departmentId, state },
      };
      tx.publish(fact);
      return shown(changed);
    });
  }

  list(by: Principal, limit: number, cursor?: string): Promise<WatchPageView> {
    const reading = readingOfAll(by);
    const scope = `audit-watches:${reading.by}`;
    const place = cursor === undefined ? null : this.cursors.decode<{ savedAt: string; id: string }>(cursor, scope);
    return this.work.run(async (tx) => {
      const found = await this.store.list(tx.query, reading.by, place, limit + 1);
      const items = found.slice(0, limit);
      tx.publish(logRead(reading, { what: 'watch', asked: {}, shown: items.length }, this.clock.now()));
      const last = found.length > limit ? items.at(-1) : undefined;
      const next = last && this.cursors.encode({ savedAt: last.savedAt.toISOString(), id: last.id }, scope);
      return { items: items.map(shown), next: next ?? null };
    });
  }

  find(by: Principal, id: string): Promise<WatchView> {
    const reading = readingOfAll(by);
    return this.work.run(async (tx) => {
      const watch = known(await this.store.find(tx.query, reading.by, id), id);
      tx.publish(logRead(reading, { what: 'watch', asked: { watchId: id } }, this.clock.now()));
      return shown(watch);
    });
  }

  /** An answer that tells something is in the log before it leaves; one that tells nothing is not. */
  async notices(
    by: Principal,
    id: string,
    { after: n, limit, waitMs }: After,
    gone: AbortSignal,
  ): Promise<NoticesView> {
    const reading = readingOfAll(by);
    known(await this.store.find(this.query, reading.by, id), id);
    await this.untilThereIs(id, n, waitMs, gone);
    return this.work.run(async (tx) => {
      const items = await this.store.notices(tx.query, id, n, limit);
      const asked = { watchId: id, after: n };
      if (items.length > 0)
        tx.publish(logRead(reading, { what: 'watch', asked, shown: items.length }, this.clock.now()));
      return { items: items.map(told), next: items.at(-1)?.n ?? n };
    });
  }

  private async untilThereIs(id: string, n: number, waitMs: number, gone: AbortSignal): Promise<void> {
    if (waitMs === 0 || this.waiting >= MOST_WAITING) return;
    const until = performance.now() + waitMs;
    this.waiting += 1;
    try {
      for (;;) {
        const left = until - performance.now();
        if (left <= 0 || gone.aborted || this.drain.draining) return;
        if ((await this.store.notices(this.query, id, n, 1)).length > 0) return;
        await pause(Math.min(left, LOOK_EVERY_MS), gone);
      }
    } finally {
      this.waiting -= 1;
    }
  }

  private readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);
}

function known(watch: Watch | null, id: string): Watch {
  if (!watch) throw new Refusal('audit.watch_unknown', { about: [id] });
  return watch;
}
const shown = ({ owner: _owner, fromIndex, savedAt, changedAt, ...watch }: Watch): WatchView => ({
  ...watch,
  fromEntry: fromIndex,
  savedAt: savedAt.toISOString(),
  changedAt: changedAt.toISOString(),
});
const told = ({ at, ...notice }: Notice) => ({ ...notice, at: at.toISOString() });
