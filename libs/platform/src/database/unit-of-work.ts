import type { Fact, Versioned } from '@qiongtong/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { Clock } from '../clock';
import { Outbox } from '../messaging/outbox';
import { requestContext } from '../request-context';
import { inSpan, SpanKind } from '../telemetry/tracing';
import { claim, storeAnswer } from './idempotency';
import { pause } from './lease';
import { inTransaction, isRetriable } from './sql';

/** One database transaction, and what is said to the world when it commits. */
export interface Transaction {
  readonly manager: EntityManager;
  /** Answers rows, also of UPDATE … RETURNING. */
  query<R = unknown>(sql: string, params?: unknown[]): Promise<R[]>;
  /** To `facts.<service>`. Take the lock of the aggregate first: order is promised per key. */
  publish(fact: Fact): void;
  /** To another topic this service writes. Ids and times may be given as headers. */
  send(topic: string, key: string, type: string, data: unknown, headers?: Record<string, string>): void;
  /** The whole current state to a state topic; null ends the key. */
  state(topic: string, key: string, value: Versioned | null): void;
  /**
   * Writes what was said so far, which leaves with the commit like the rest: for a long transaction that would keep all
   * of it in memory until then.
   */
  writeOut(): Promise<void>;
}

const ATTEMPTS = 4;

export class UnitOfWork {
  constructor(
    private readonly dataSource: DataSource,
    private readonly service: string,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` in one transaction with its outgoing messages. It may run several times: after a deadlock or a
   * serialization failure it starts anew. In a request with an Idempotency-Key the first unit of work takes the key
   * (`IdempotencyConflict` when it is taken) and its result becomes the stored answer.
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return inSpan({ kind: SpanKind.INTERNAL, name: 'transaction' }, () => this.attempts(work));
  }

  private async attempts<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const idempotency = requestContext.getStore()?.idempotency;
    const claiming = idempotency && !idempotency.claimed ? idempotency : null;
    if (claiming) claiming.claimed = true;
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await inTransaction(this.dataSource, async (query, manager) => {
            const outbox = new Outbox(this.service, this.clock);
            if (claiming) await claim(query, claiming);
            const result = await work({
              manager,
              query,
              publish: (fact) => outbox.publish(fact),
              send: (...message) => outbox.send(...message),
              state: (...state) => outbox.state(...state),
              writeOut: () => outbox.flush(query),
            });
            await outbox.flush(query);
            if (claiming) await storeAnswer(query, claiming, result);
            return result;
          });
        } catch (error) {
          if (attempt === ATTEMPTS || !isRetriable(error)) throw error;
          await pause(Math.random() * 20 * 2 ** attempt);
        }
      }
    } catch (error) {
      if (claiming) claiming.claimed = false;
      throw error;
    }
  }
}
