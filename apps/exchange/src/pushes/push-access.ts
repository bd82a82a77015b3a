import { Injectable } from '@nestjs/common';
import { accessOfSystem } from '@qiongtong/contracts';
import { Scheduler } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { TopicAccess } from '../topic-access';

const LOOK_EVERY_MS = 2_000;
/** Systems of one request to the broker. */
const AT_ONCE = 100;

/**
 * Says to a broker that asks who one is which systems push by messages: those that chose it and are active. A system that is
 * suspended, retired or chose otherwise writes and reads nothing there any more. [R14.7]
 */
@Injectable()
export class PushAccess {
  /** Systems that were let, as far as this replica knows. */
  private let = new Set<string>();
  /** Another replica, or an earlier process, may have let others. */
  private unsure = true;

  constructor(
    private readonly policy: LivePolicy,
    private readonly access: TopicAccess,
    scheduler: Scheduler,
  ) {
    scheduler.every('systems that push by messages', LOOK_EVERY_MS, (_, first) => this.look(first));
  }

  private async look(first: boolean): Promise<void> {
    if (first) this.unsure = true;
    if (this.policy.freshness() !== 'fresh') return;
    if (this.unsure) this.let = new Set(await this.access.pushing());
    const wanted = new Set<string>();
    for (const { id, kafka, status } of this.policy.index.all('policy.systems'))
      if (kafka && status === 'ACTIVE') wanted.add(id);

    for (const ids of parts([...this.let].filter((id) => !wanted.has(id)))) {
      await this.access.forbid(ids.flatMap(accessOfSystem));
      for (const id of ids) this.let.delete(id);
    }
    // Whoever was let by half, by one that was killed, is let again.
    for (const ids of parts([...wanted].filter((id) => this.unsure || !this.let.has(id)))) {
      await this.access.allow(ids.flatMap(accessOfSystem));
      for (const id of ids) this.let.add(id);
    }
    this.unsure = false;
  }
}

function* parts(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}
