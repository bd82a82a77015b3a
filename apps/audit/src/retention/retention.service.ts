import { Injectable } from '@nestjs/common';
import { officerWith, Refusal, type HoldLifted, type HoldPlaced, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork } from '@qiongtong/platform';
import { logRead, readingOfAll } from '../log/domain/reading';
import { termOf } from '../search/domain/terms';
import { ArchiveStore } from './archive.store';
import { manifestPath } from './domain/manifest';
import { HoldStore, type Hold } from './hold.store';
import type { ArchivesView, HoldPageView, HoldView, PlaceHoldDto } from './retention.dto';

/** What was archived, and what must stay. The auditor changes nothing: holds are the provincial authority's. [R14.9] */
@Injectable()
export class RetentionService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly archives: ArchiveStore,
    private readonly holds: HoldStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  listArchives(by: Principal, from: number, limit: number): Promise<ArchivesView> {
    const reading = readingOfAll(by);
    return this.work.run(async (tx) => {
      const found = await this.archives.list(tx.query, from, limit + 1);
      tx.publish(logRead(reading, { what: 'archives', asked: { from } }, this.clock.now()));
      return {
        items: found.slice(0, limit).map(({ to, root: _root, note, archivedAt, prunedAt, ...part }) => ({
          ...part,
          before: to,
          manifest: manifestPath({ from: part.from, to }),
          checkpoint: note,
          archivedAt: archivedAt.toISOString(),
          prunedAt: prunedAt?.toISOString() ?? null,
        })),
        next: found[limit]?.from ?? null,
      };
    });
  }

  /** From then on nothing that names the object is pruned. */
  place(by: Principal, { objectId, ground, document }: PlaceHoldDto): Promise<HoldView> {
    const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const ends = { liftedBy: null, liftedAt: null };
      const hold: Hold = { id: newId(), objectId, ground, document, placedBy: officer, placedAt: now, ...ends };
      await this.holds.add(tx.query, termOf('about', objectId), hold);
      const fact: HoldPlaced = {
        ...{ type: 'audit.hold-placed.v1', key: hold.id, at: now.toISOString() },
        data: { holdId: hold.id, by: officer, departmentId: by.departmentId, objectId, ground, document },
      };
      tx.publish(fact);
      return shown(hold);
    });
  }

  /** By another officer than the one who placed it: what it kept can go from then on. */
  lift(by: Principal, id: string): Promise<HoldView> {
    const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
    return this.work.run(async (tx) => {
      const hold = await this.holds.find(tx.query, id);
      if (!hold) throw new Refusal('audit.hold_unknown', { about: [id] });
      if (hold.liftedAt !== null) throw new Refusal('audit.hold_lifted', { about: [id] });
      if (hold.placedBy === officer) throw new Refusal('audit.second_officer_required', { about: [officer] });
      const now = this.clock.now();
      await this.holds.lift(tx.query, id, officer, now);
      const fact: HoldLifted = {
        ...{ type: 'audit.hold-lifted.v1', key: id, at: now.toISOString() },
        data: { holdId: id, by: officer, departmentId: by.departmentId, objectId: hold.objectId },
      };
      tx.publish(fact);
      return shown({ ...hold, liftedBy: officer, liftedAt: now });
    });
  }

  listHolds(by: Principal, limit: number, cursor?: string): Promise<HoldPageView> {
    const reading = readingOfAll(by);
    const place =
      cursor === undefined ? null : this.cursors.decode<{ placedAt: string; id: string }>(cursor, 'audit-holds');
    return this.work.run(async (tx) => {
      const found = await this.holds.list(tx.query, place, limit + 1);
      const items = found.slice(0, limit);
      tx.publish(logRead(reading, { what: 'holds', asked: {}, shown: items.length }, this.clock.now()));
      const last = found.length > limit ? items.at(-1)! : null;
      const next = last && this.cursors.encode({ placedAt: last.placedAt.toISOString(), id: last.id }, 'audit-holds');
      return { items: items.map(shown), next };
    });
  }
}

const shown = ({ placedAt, liftedAt, ...hold }: Hold): HoldView => ({
  ...hold,
  placedAt: placedAt.toISOString(),
  liftedAt: liftedAt?.toISOString() ?? null,
});
