import { Injectable, Logger } from '@nestjs/common';
import type { Versioned } from '@qiongtong/contracts';
import { Clock, CrashPoints, UnitOfWork, type Sql, type Transaction } from '@qiongtong/platform';
import { EMPTY_ROOT, leafHash } from './domain/hashing';
import { entryOf, leafOf, type Arrived, type Leaf } from './domain/leaf';
import { watch } from './domain/numbers';
import type { TreeHead } from './domain/proofs';
import { append, rootOfFrontier } from './domain/tiles';
import { LogMetrics } from './log.metrics';
import { partitionKey, SealingStore, type Offsets, type Sealed } from './sealing.store';
import { SigningKey } from './signing-key';

/** `audit.checkpoints`: the newest signed head of a log, for whoever keeps a copy. */
type CheckpointState = Versioned & Readonly<{ note: string; verifierKey: string }>;

/** Throws when this process may no longer seal; holds off whoever would take over until the transaction ends. */
export type Confirm = (query: Sql) => Promise<void>;

/**
 * Appends what arrived to the log. Everything one call does is one transaction, which also holds the consumer's
 * place: whatever stops it half-way, the log, its tree, its checkpoint and the place agree. [R14.9]
 */
@Injectable()
export class Sealer {
  private readonly log = new Logger(Sealer.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SealingStore,
    private readonly key: SigningKey,
    private readonly clock: Clock,
    private readonly metrics: LogMetrics,
    private readonly crash: CrashPoints,
  ) {}

  /**
   * Before the first call of a term: the log is ours to sign and does not lie behind what others have already seen of
   * it. Returns where to go on.
   * @param outside highest checkpoint known outside this database, null when there is none
   */
  begin(confirm: Confirm, outside: TreeHead | null): Promise<Offsets> {
    return this.work.run(async (tx) => {
      await confirm(sqlOf(tx));
      const identity = await this.store.identity(sqlOf(tx), this.key.origin, this.key.verifierKey);
      if (identity.origin !== this.key.origin || identity.verifierKey !== this.key.verifierKey)
        throw new Error('SIGNING_KEY_FILE or LOG_ORIGIN is not that of this log');
      let head = await this.store.head(sqlOf(tx));
      if (!head && !outside) head = await this.sign(tx, { size: 0, root: EMPTY_ROOT });
      if (outside) await this.mustContain(tx, head, outside);
      this.metrics.size.set(head?.size ?? 0);
      this.crash.pass('sealer.begun');
      return this.store.offsets(sqlOf(tx));
    });
  }

  /** Seals what is not in the log yet, in the order given; what is there already has no effect. */
  async seal(messages: readonly Arrived[], confirm: Confirm): Promise<TreeHead | null> {
    const outcome = await this.work.run(async (tx) => {
      const query = sqlOf(tx);
      await confirm(query);
      this.crash.pass('sealer.confirmed');
      const offsets = await this.store.offsets(query);
      const unseen = messages.filter(
        (m) => BigInt(m.offset) >= (offsets.get(partitionKey(m.topic, m.partition)) ?? 0n),
      );
      if (unseen.length === 0) return null;
      await this.store.saveOffsets(query, nextOffsets(unseen));
      this.crash.pass('sealer.offsets');

      const leaves = unseen.map(leafOf);
      const before = await this.store.progress(query, leaves);
      const watched = watch(leaves, before, await this.store.known(query, leaves, before));
      if (watched.fresh.length === 0) return null;
      const now = this.clock.now();
      await this.store.saveProgress(query, watched.progress);
      await this.store.saveGaps(query, watched.gaps, watched.late, now);
      this.crash.pass('sealer.numbers');
      const { head, entries } = await this.append(tx, watched.fresh, now);
      const conflicting = new Set(watched.conflicting);
      const conflicts = entries.filter((entry) => conflicting.has(entry.leaf));
      if (conflicts.length > 0) await this.store.saveConflicts(query, conflicts, now);
      this.crash.pass('sealer.before-commit');
      return { head, conflicts, gaps: watched.gaps, entries };
    });
    this.crash.pass('sealer.committed');
    if (!outcome) return null;
    this.metrics.sealed(outcome.head.size, outcome.entries.length, outcome.conflicts.length);
    for (const { index, leaf } of outcome.conflicts)
      this.log.error(`entry ${index}: number ${leaf.number?.n} of ${leaf.producer} is in the log with other content`);
    return outcome.head;
  }

  private async append(tx: Transaction, leaves: readonly Leaf[], now: Date) {
    const query = sqlOf(tx);
    const size = (await this.store.head(query))?.size ?? 0;
    const entries = leaves.map((leaf, i): Sealed => {
      const entry = entryOf(leaf, size + i);
      return { index: size + i, hash: leafHash(Buffer.from(entry.text)), ...entry, leaf };
    });
    const grown = append(
      await this.store.frontier(query, size),
      entries.map((e) => e.hash),
    );
    await this.store.saveEntries(query, entries, now);
    const large = entries.filter((entry) => entry.large);
    if (large.length > 0) await this.store.saveLarge(query, large);
    this.crash.pass('sealer.entries');
    await this.store.saveTiles(query, grown.written);
    this.crash.pass('sealer.tiles');
    const head = await this.sign(tx, { size: grown.frontier.size, root: rootOfFrontier(grown.frontier) });
    return { head, entries };
  }

  private async sign(tx: Transaction, head: TreeHead): Promise<TreeHead> {
    const note = this.key.sign(head);
    await this.store.saveCheckpoint(sqlOf(tx), head, note, this.clock.now());
    const { origin, verifierKey } = this.key;
    const state: CheckpointState = { id: origin, version: head.size, note, verifierKey };
    tx.state('audit.checkpoints', origin, state);
    return head;
  }

  /** A log that lost what it once signed must not sign another past under the same name. */
  private async mustContain(tx: Transaction, head: TreeHead | null, outside: TreeHead): Promise<void> {
    const own = await this.store.headAt(sqlOf(tx), outside.size);
    if ((head?.size ?? 0) < outside.size)
      throw new Error(
        `the log ends at ${head?.size ?? 0}, a checkpoint of ${outside.size} is known: restore more of it`,
      );
    if (!own?.root.equals(outside.root))
      throw new Error(`the log has another root at ${outside.size} than the checkpoint known outside`);
  }
}

const sqlOf =
  (tx: Transaction): Sql =>
  (text, parameters) =>
    tx.query(text, parameters);

function nextOffsets(messages: readonly Arrived[]) {
  const next = new Map<string, { topic: string; partition: number; offset: bigint }>();
  for (const { topic, partition, offset } of messages)
    next.set(partitionKey(topic, partition), { topic, partition, offset: BigInt(offset) + 1n });
  return [...next.values()];
}
