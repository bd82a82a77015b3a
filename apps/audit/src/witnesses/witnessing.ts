import { Injectable, Logger } from '@nestjs/common';
import type { WitnessProblemFound } from '@qiongtong/contracts';
import { Clock, Scheduler, sql, UnitOfWork, type Sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { Witness } from '../log/domain/cosignature';
import { consistencyRanges } from '../log/domain/proofs';
import { LogMetrics } from '../log/log.metrics';
import { LogStore, type SignedHead } from '../log/log.store';
import { ProofStore } from '../log/proof.store';
import { WitnessClient, type Answer } from './witness.client';
import { WitnessStore, type Problem } from './witness.store';

const EVERY_MS = 10_000;
/** Told its place, a witness is asked once more; who changes its mind again waits for the next time. */
const TRIES = 2;

/** The witnesses of this log as its operator named them. */
export class Witnesses {
  constructor(readonly list: readonly Witness[]) {}
}

/**
 * Shows every newest checkpoint to each witness and keeps what it signs. A witness that has seen another past, or more
 * of this log than there is, is an alarm: somebody shows different logs to different people. [R14.9]
 */
@Injectable()
export class Witnessing {
  private readonly log = new Logger(Witnessing.name);
  private readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);

  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly store: WitnessStore,
    private readonly entries: LogStore,
    private readonly proofs: ProofStore,
    private readonly client: WitnessClient,
    private readonly witnesses: Witnesses,
    private readonly metrics: LogMetrics,
    private readonly clock: Clock,
    scheduler: Scheduler,
  ) {
    if (witnesses.list.length > 0) scheduler.every('witnesses of the log', EVERY_MS, () => this.offer());
  }

  /** All at once: one that is slow or away keeps none of the others from signing. */
  async offer(): Promise<void> {
    const newest = await this.entries.newest(this.query);
    if (!newest || newest.size === 0) return;
    const seen = new Map((await this.store.all(this.query)).map((one) => [one.name, one]));
    await Promise.all(
      this.witnesses.list.map(async (witness) => {
        const last = seen.get(witness.name);
        if (last?.size === newest.size && last.line !== null && last.problem === null) return;
        await this.offerTo(witness, newest, last?.size ?? 0);
      }),
    );
  }

  private async offerTo(witness: Witness, head: SignedHead, oldSize: number, tries = TRIES): Promise<void> {
    const { name } = witness;
    const answer = await this.ask(witness, head, oldSize);
    if ('cosignature' in answer) {
      await this.store.signed(this.query, name, head.size, answer.cosignature);
      this.metrics.witnessed.set({ witness: name }, head.size);
    } else if ('problem' in answer) await this.failed(witness, answer.problem, head);
    else if (answer.seen > head.size) await this.failed(witness, 'AHEAD', head, answer.seen);
    else {
      await this.store.moved(this.query, name, answer.seen);
      if (tries > 1) await this.offerTo(witness, head, answer.seen, tries - 1);
    }
  }

  private async ask(witness: Witness, { size, note }: SignedHead, oldSize: number): Promise<Answer> {
    const proof =
      oldSize === 0 || oldSize === size ? [] : await this.proofs.proof(this.query, consistencyRanges(oldSize, size));
    return this.client.offer(witness, { oldSize, proof, note });
  }

  /** Said once, until it signs again or says something else. */
  private async failed({ name }: Witness, problem: Problem, { size }: SignedHead, seen?: number): Promise<void> {
    const now = this.clock.now();
    const isNew = await this.work.run(async (tx) => {
      if (!(await this.store.failed(tx.query, name, problem, now))) return false;
      tx.publish({
        type: 'audit.witness-problem-found.v1',
        key: name,
        at: now.toISOString(),
        data: { witness: name, problem, size, seen: seen ?? null },
      } satisfies WitnessProblemFound);
      return true;
    });
    if (isNew) this.log.error(`the witness ${name}: ${problem}, asked for ${size} entries`);
    this.metrics.witnessProblems.inc({ witness: name, problem });
  }
}
