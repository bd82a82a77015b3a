import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Clock } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { mayRead } from './domain/may-read';

/**
 * Whether a caller may read a resource, as JSON, kept until what it rests on is another: a policy, how fresh the news of it
 * is, or the second, in which grants and appointments begin and end.
 */
@Injectable()
export class Readings {
  private readonly kept = new Map<string, Map<string, Buffer>>();
  private moment = '';

  constructor(
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
  ) {
    policy.onChange(() => this.kept.clear());
  }

  /** @returns `MayRead` of a resource by its id */
  of(by: Principal): (resourceId: string) => Buffer {
    const now = this.clock.now();
    const freshness = this.policy.freshness();
    const moment = `${freshness} ${Math.floor(now.getTime() / 1000)}`;
    if (moment !== this.moment) this.kept.clear();
    this.moment = moment;
    const { departmentId, systemId, officerId, tokenId, clientId, sessionId } = by;
    const caller = JSON.stringify([departmentId, systemId, officerId, tokenId, clientId, sessionId]);
    const known = this.kept.get(caller) ?? new Map<string, Buffer>();
    this.kept.set(caller, known);
    return (resourceId) => {
      let answer = known.get(resourceId);
      if (!answer) {
        answer = Buffer.from(JSON.stringify(mayRead(this.policy.index, resourceId, by, now, freshness)));
        known.set(resourceId, answer);
      }
      return answer;
    };
  }
}
