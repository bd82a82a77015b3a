import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  actorOf,
  Refusal,
  type ExportAsked,
  type ExportRequest,
  type Principal,
  type RecordQuery,
  type Release,
} from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page, type PageQuery } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { planRead } from '../records/domain/read-plan';
import { cancelled, expectReady, fact, isAsker, type Export, type ExportQuery } from './domain/export';
import { ExportPermission } from './export-permission';
import { ExportStore, type Place } from './export.store';

const LINK_BYTES = 32;

export type ExportView = Readonly<{
  id: string;
  resourceId: string;
  departmentId: string;
  /** The system, or the officer with a token of their own. */
  askedBy: string | null;
  format: Export['format'];
  gzip: boolean;
  status: Export['status'];
  /** Refusal code of why there is no file; null unless the export failed. */
  failure: Export['failure'];
  /** How far it has come while it runs; of the whole file when it is ready. */
  rows: number;
  bytes: number;
  /** Values that were marked as text, so that no spreadsheet takes them for a formula. */
  markedValues: number;
  /** SHA-256, hex, of the file. */
  digest: string | null;
  /** Of the file that is ready: what was in it, and whose it is, is found by it in the log. */
  traceId: string | null;
  redemptions: number;
  askedAt: string;
  startedAt: string | null;
  settledAt: string | null;
  /** Until when the file is kept. */
  expiresAt: string | null;
}>;
export type LinkView = Readonly<{ link: string; until: string }>;
type Position = Readonly<{ at: string; id: string }>;
/** What is asked for: a file of what is kept here, or a provider's answer. */
export type Order = Omit<ExportRequest, 'query'> & Pick<Export, 'kind' | 'callback'> & Readonly<{ query: ExportQuery }>;

/** Exports as whoever asked for them sees and steers them. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ExportStore,
    private readonly permission: ExportPermission,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Takes a request that the gateway permitted. What could not be read is refused at once and not when it runs. [R12.7] */
  ask(release: Release, resourceId: string, asked: Order): Promise<Export> {
    const { use, decision, decisionId } = release;
    const resource = this.permission.source({ kind: asked.kind, resourceId });
    const { mostRows } = planRead(resource, release, wholeOf(asked.query), 'body');
    if (mostRows !== null && (asked.query.limit ?? 0) > mostRows)
      throw new Refusal('export.over_limit', { about: [String(mostRows)] });
    return this.work.run(async (tx) => {
      const { EXPORTS_PER_DEPARTMENT, QUERIES_PER_DEPARTMENT } = this.config;
      const most = asked.kind === 'QUERY' ? QUERIES_PER_DEPARTMENT : EXPORTS_PER_DEPARTMENT;
      if ((await this.store.liveOf(tx, asked.kind, use.departmentId)) >= most)
        throw new Refusal('export.too_many', { about: [String(most)], retryAfterSeconds: 60 });
      const now = this.clock.now();
      const job: Export = {
        ...NOTHING_YET,
        ...asked,
        ...{ id: newId(), resourceId, providerId: resource.providerId, departmentId: use.departmentId },
        ...{ decisionId, grantId: decision.grantId, use, askedAt: now },
      };
      await this.store.add(tx, job);
      const { providerId, grantId, kind, format, callback } = job;
      const callbackHost = callback && new URL(callback.url).hostname;
      const event: ExportAsked = {
        ...{ type: 'exchange.export-asked.v1', key: job.id, at: now.toISOString() },
        data: { exportId: job.id, resourceId, providerId, decisionId, grantId, kind, format, callbackHost, use },
      };
      tx.publish(event);
      return job;
    });
  }

  /** Of the caller's department, the latest first. */
  async list(place: Place, by: Principal, page: PageQuery): Promise<Page<Export>> {
    const scope = `${place.kind} ${by.departmentId} ${place.resourceId}`;
    const before = page.cursor === undefined ? null : this.cursors.decode<Position>(page.cursor, scope);
    const found = await this.store.ofDepartment(by.departmentId, place, before, page.limit + 1);
    const items = found.slice(0, page.limit);
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, next: last ? this.cursors.encode({ at: last.askedAt.toISOString(), id: last.id }, scope) : null };
  }

  /** Somebody else's looks like one that does not exist. */
  async one(place: Place, id: string, { departmentId }: Principal): Promise<Export> {
    const job = await this.store.one(place, id);
    if (job?.departmentId !== departmentId) throw new Refusal('request.not_found');
    return job;
  }

  /** By who asked for it, or the responsible officer of the department. A file that is there is deleted. */
  async cancel(place: Place, id: string, by: Principal): Promise<Export> {
    const known = await this.one(place, id, by);
    const responsible = by.officerId !== null && by.roles.includes('RESPONSIBLE_OFFICER');
    if (!responsible && !isAsker(known, by)) throw new Refusal('export.of_another', { about: [id] });
    return this.work.run(async (tx) => {
      const job = (await this.store.lock(tx, id))!;
      if (job.status === 'CANCELLED') return job;
      const { state, event } = cancelled(job, actorOf(by), this.clock.now());
      await this.store.save(tx, state);
      tx.publish(event);
      return state;
    });
  }

  /** A link that opens the file once, for who asked for it alone; it takes the place of the one before. */
  async link(place: Place, id: string, by: Principal): Promise<LinkView> {
    const known = await this.one(place, id, by);
    if (!isAsker(known, by)) throw new Refusal('export.of_another', { about: [id] });
    const secret = randomBytes(LINK_BYTES).toString('base64url');
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const job = (await this.store.lock(tx, id))!;
      expectReady(job, now);
      this.permission.expectStill(job, { grantId: job.grantId, obligations: job.obligations! });
      const until = new Date(Math.min(now.getTime() + this.config.EXPORT_LINK_SECONDS * 1000, +job.expiresAt!));
      await this.store.save(tx, { ...job, link: { digest: digestOf(secret), until } });
      const said = { by: actorOf(by), until: until.toISOString() };
      tx.publish(fact(job, now, 'exchange.export-link-issued.v1', said));
      const path = job.kind === 'QUERY' ? `queries/${id}/answer` : `exports/${id}/file`;
      return { link: `/v1/resources/${job.resourceId}/${path}?link=${secret}`, until: said.until };
    });
  }
}

/** Links are kept as digests: who reads the database opens nothing. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const wholeOf = ({ filter, fields, sort = [] }: ExportQuery): RecordQuery => ({
  ...{ filter, fields, sort },
  ...{ limit: 1, cursor: null, asOf: null },
});

const NOTHING_YET = {
  ...{ status: 'QUEUED', failure: null, obligations: null, rows: 0, bytes: 0, markedValues: 0, digest: null },
  ...{ deliveryId: null, leftAs: null, attempt: 0, blob: null, link: null, redemptions: 0 },
  ...{ startedAt: null, settledAt: null, expiresAt: null },
} as const satisfies Partial<Export>;

export const viewOf = (job: Export): ExportView => ({
  id: job.id,
  resourceId: job.resourceId,
  departmentId: job.departmentId,
  askedBy: job.use.systemId ?? job.use.officerId,
  format: job.format,
  gzip: job.gzip,
  status: job.status,
  failure: job.failure,
  rows: job.rows,
  bytes: job.bytes,
  markedValues: job.markedValues,
  digest: job.digest,
  traceId: job.status === 'READY' ? job.deliveryId : null,
  redemptions: job.redemptions,
  askedAt: job.askedAt.toISOString(),
  startedAt: job.startedAt?.toISOString() ?? null,
  settledAt: job.settledAt?.toISOString() ?? null,
  expiresAt: job.expiresAt?.toISOString() ?? null,
});
