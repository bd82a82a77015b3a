import { Injectable } from '@nestjs/common';
import { Refusal, type RecordQuery, type Release, type ResourceState } from '@qiongtong/contracts';
import { SealedCursors } from '@qiongtong/platform';
import { Deliveries } from '../deliveries/deliveries';
import { LivePolicy } from '../policy/live-policy';
import { DailyRows } from '../records/daily-rows';
import { grantedRows, releasedItems } from '../records/domain/read-plan';
import { rowReleaser } from '../records/domain/released-row';
import { MatterSubjects } from '../records/matter-subjects';
import type { Answer } from '../records/records.service';
import { ChangeStore } from './change.store';
import { changeViewer, END_OF_BATCH, type Reached } from './domain/change';
import { toldOf } from './domain/told';

/** Changes looked at for one answer: a feed of which little is visible still comes forward, a bounded step at a time. */
const MOST_LOOKED_AT = 5_000;
const NOW = 'now';

/** Where a reader stands, and under which versions of entry and grant that was so. */
type Position = Reached & Readonly<{ resource: number; grant: number | null }>;

/** What changed in a hosted resource since a position, as one grant lets it be seen. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly policy: LivePolicy,
    private readonly store: ChangeStore,
    private readonly cursors: SealedCursors,
    private readonly deliveries: Deliveries,
    private readonly daily: DailyRows,
    private readonly matters: MatterSubjects,
  ) {}

  /**
   * `{items: [{op, id, row?}], next, more}` from a cursor on; without one from the very first change, while that is kept.
   * The cursor `now` tells nothing and stands at the end: whoever begins takes it, reads all records, and goes on from
   * there. What is read again from an older cursor is told again. [R12.7, R13.4]
   */
  async read(release: Release, resourceId: string, query: RecordQuery): Promise<Answer> {
    const resource = this.hosted(release, resourceId);
    if (query.filter !== null || query.sort.length > 0 || query.asOf !== null)
      throw new Refusal('request.invalid', {
        errors: [{ pointer: '', message: 'changes take only fields, limit and cursor' }],
      });
    const { obligations, grantId } = release.decision;
    const { departmentId } = release.use;
    const scope = JSON.stringify(['changes', resourceId, departmentId, grantId]);
    const versions = { resource: resource.version, grant: this.grantVersion(grantId) };
    const from = await this.reached(resourceId, query.cursor, scope, versions);
    const view = changeViewer({
      items: resource.items,
      rowFilter: grantedRows(resource, obligations),
      release: rowReleaser({ items: releasedItems(query.fields, obligations.items), mask: obligations.mask }),
    });
    const limit = Math.min(query.limit, obligations.limits.rowsPerRequest ?? query.limit);
    const found = await this.store.after(resourceId, from, MOST_LOOKED_AT + 1);
    const naming = await this.store.naming(resourceId, grantId ?? departmentId);
    const { told, reached, more } = toldOf(found, { view, naming, changes: limit, lookedAt: MOST_LOOKED_AT }, from);
    const left = told.filter(({ rows }) => rows).map(({ change: { key, batchNo } }) => ({ key, batchNo }));
    await this.matters.bind(
      release,
      resource,
      left.map(({ key }) => key),
    );
    await this.daily.take(release, left.length);
    const delivery = await this.deliveries.ofAnswer({ decisionId: release.decisionId, resourceId, grantId }, left);
    const next = this.cursors.seal({ ...reached, ...versions } satisfies Position, scope);
    return {
      body: `{"items":[${told.map(({ line }) => line).join(',')}],"next":"${next}","more":${more}}`,
      rows: left.length,
      delivery,
    };
  }

  private async reached(
    resourceId: string,
    cursor: string | null,
    scope: string,
    versions: Pick<Position, 'resource' | 'grant'>,
  ): Promise<Reached> {
    const { keptFrom, last } = await this.store.extent(resourceId);
    if (cursor === NOW) return { batchNo: last, key: END_OF_BATCH };
    if (cursor === null) {
      if (keptFrom > 1) throw new Refusal('exchange.changes_gone', { about: [resourceId] });
      return { batchNo: 0, key: END_OF_BATCH };
    }
    const position = this.cursors.open<Position>(cursor, scope);
    // What was left out under other items or another filter was never told: only reading everything again mends that.
    if (position.resource !== versions.resource || position.grant !== versions.grant)
      throw new Refusal('exchange.changes_other_version', { about: [resourceId] });
    if (position.batchNo < keptFrom - 1) throw new Refusal('exchange.changes_gone', { about: [resourceId] });
    return position;
  }

  private grantVersion(grantId: string | null): number | null {
    return grantId === null ? null : (this.policy.index.grant(grantId)?.version ?? null);
  }

  private hosted({ use }: Release, resourceId: string): ResourceState {
    const resource = this.policy.index.resource(resourceId);
    if (!resource || use.resourceId !== resourceId) throw new Refusal('access.resource_unknown');
    if (resource.deliveryMode !== 'HOSTED') throw new Refusal('access.delivery_elsewhere', { about: [resourceId] });
    return resource;
  }
}
