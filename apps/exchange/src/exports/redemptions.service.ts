import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { Refusal, type RefusalCode, type Release } from '@qiongtong/contracts';
import { Clock, UnitOfWork } from '@qiongtong/platform';
import { Blobs } from '../blobs/blobs';
import { DailyRows } from '../records/daily-rows';
import { expectReady, expectSameUse, fact, type Export } from './domain/export';
import { ExportPermission } from './export-permission';
import { ExportUpkeep } from './export-upkeep';
import { ExportStore, type Place } from './export.store';
import { digestOf } from './exports.service';

/** A file on its way out, and what is said of it. */
export type Redeemed = Readonly<{ job: Export; file: Readable }>;

/**
 * Gives files out: each link once, to who asked for the export, after deciding again. The gateway records the bytes
 * before the first of them leaves. [R12.7, R13.4, R14.7]
 */
@Injectable()
export class RedemptionsService {
  private readonly log = new Logger('exports');

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ExportStore,
    private readonly permission: ExportPermission,
    private readonly upkeep: ExportUpkeep,
    private readonly daily: DailyRows,
    private readonly blobs: Blobs,
    private readonly clock: Clock,
  ) {}

  async redeem(release: Release, place: Place, id: string, secret: string): Promise<Redeemed> {
    const job = await this.store.one(place, id);
    if (!job) throw new Refusal('request.not_found');
    try {
      return await this.open(job, release, secret);
    } catch (error) {
      if (error instanceof Refusal) await this.refused(job, release, error.code);
      throw error;
    }
  }

  private async open(job: Export, release: Release, secret: string): Promise<Redeemed> {
    const { use, decision } = release;
    if (use.departmentId !== job.departmentId) throw new Refusal('request.not_found');
    expectSameUse(job, use);
    const now = this.clock.now();
    expectReady(job, now);
    const made = { grantId: job.grantId, obligations: job.obligations! };
    try {
      this.permission.expectStill(job, made);
    } catch (error) {
      // Whatever it says no to now, it says no to for good: the file goes.
      await this.upkeep.end(job.id, now);
      throw error;
    }
    // The same once more for this call: its address, certificate, token and the officer who is named now.
    const { items, touchedItems } = job.use;
    this.permission.expectStill({ id: job.id, use: { ...use, items, touchedItems } }, made);
    const file = await this.fileOf(job);
    try {
      const spent = await this.spend(job, { ...release, decision: { ...decision, ...made } }, secret);
      return { job: spent, file: Readable.from(this.whole(spent, file)) };
    } catch (error) {
      file.destroy();
      throw error;
    }
  }

  /** The link is spent before the first byte leaves; of two that come with it at once, one gets the file. */
  private spend(known: Export, release: Release, secret: string): Promise<Export> {
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const job = (await this.store.lock(tx, known.id))!;
      expectReady(job, now);
      const { link } = job;
      if (link === null || link.until <= now || !timingSafeEqual(link.digest, digestOf(secret)))
        throw new Refusal('export.link_spent', { about: [job.id] });
      // The rows were taken once when the file was made; whoever lets them leave again takes them again.
      if (job.redemptions > 0) await this.daily.take(release, job.rows, tx.query);
      const state: Export = { ...job, link: null, redemptions: job.redemptions + 1 };
      await this.store.save(tx, state);
      const { rows, bytes, decisionId } = { ...job, decisionId: release.decisionId };
      const said = { by: callerOf(release), decisionId, rows, bytes, digest: job.digest! };
      tx.publish(fact(job, now, 'exchange.export-redeemed.v1', said));
      return state;
    });
  }

  private async fileOf({ id, blob }: Export): Promise<Readable> {
    try {
      return await this.blobs.open(blob!);
    } catch (error) {
      this.log.error(`the file of export ${id} cannot be opened: ${(error as Error).message}`);
      throw new Refusal('service.failed');
    }
  }

  /**
   * The file as it was made, and no other: what was changed where it lies does not get out whole. The last piece waits for
   * the digest.
   */
  private async *whole({ id, bytes, digest }: Export, file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const found = createHash('sha256');
    let size = 0;
    let last: Buffer | null = null;
    for await (const piece of file) {
      found.update(piece);
      size += piece.length;
      if (last && size <= bytes) yield last;
      last = piece;
    }
    if (size !== bytes || found.digest('hex') !== digest) {
      this.log.error(`the file of export ${id} is not the one that was made`);
      throw new Error('not the file that was made');
    }
    if (last) yield last;
  }

  private refused(job: Export, release: Release, code: RefusalCode): Promise<void> {
    const said = { by: callerOf(release), decisionId: release.decisionId, code };
    return this.work.run((tx) => {
      tx.publish(fact(job, this.clock.now(), 'exchange.export-redemption-refused.v1', said));
      return Promise.resolve();
    });
  }
}

/** Who came with the link; an officer whom a system names has not come. */
const callerOf = ({ use }: Release): string => use.systemId ?? use.officerId ?? 'unknown';
