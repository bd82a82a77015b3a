import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instantOf } from '@qiongtong/regulation';
import { Refusal, subjectOf, type Verification } from '@qiongtong/contracts';
import { Clock, HopTokens } from '@qiongtong/platform';
import { GatewayConfig } from '../config';
import { Limits, type Limit } from '../limits/limits';
import { LivePolicy } from '../policy/live-policy';
import { Uses, type PermittedUse } from './uses';

const HOUR = 3_600;

/** How often a permitted use may happen: by its grant, under a throttle, and of one subject by yes-or-no questions. */
@Injectable()
export class UseLimits {
  private readonly subjectKey: Buffer;
  private readonly perSubject: Limit;

  constructor(
    private readonly limits: Limits,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly uses: Uses,
    hops: HopTokens,
    config: GatewayConfig,
  ) {
    this.subjectKey = hops.derivedKey('verified-subjects', 'exchange');
    const points = config.VERIFICATIONS_PER_SUBJECT;
    this.perSubject = { kind: 'subject', points, seconds: HOUR, refusal: 'access.verify_too_often' };
  }

  /** Takes one use; what is beyond a limit is refused, and on record. */
  async hold(permitted: PermittedUse, verification?: Verification): Promise<void> {
    try {
      await this.take(permitted);
      if (verification) await this.takeSubject(permitted, verification);
    } catch (refusal) {
      throw refusal instanceof Refusal ? await this.uses.refusedAfter(permitted, refusal) : refusal;
    }
  }

  private async take(permitted: PermittedUse): Promise<void> {
    const { decision, use } = permitted;
    const perMinute = this.throttleOf(permitted);
    if (perMinute !== null) {
      const throttle: Limit = { kind: 'throttle', points: perMinute, seconds: 60, refusal: 'access.throttled' };
      await this.limits.take(throttle, use.systemId ?? `officer:${use.officerId}`);
    }
    const points = decision.obligations.limits.requestsPerMinute;
    if (points === undefined || decision.grantId === null) return;
    const ofGrant: Limit = { kind: 'grant', points, seconds: 60, refusal: 'access.grant_rate_exceeded' };
    await this.limits.take(ofGrant, `${decision.grantId}|${use.systemId ?? use.officerId}`, [decision.grantId]);
  }

  /** One subject can be asked about only so often by one department, whatever values are tried. [R14.7] */
  private async takeSubject({ use }: PermittedUse, verification: Verification): Promise<void> {
    const subject = subjectOf(verification, this.policy.index.resource(use.resourceId)?.items ?? []);
    const hash = createHmac('sha256', this.subjectKey).update(`${use.resourceId}\0${subject}`).digest('base64url');
    await this.limits.take(this.perSubject, `${use.departmentId}|${hash}`);
  }

  /** The lowest rate under a throttle in force; a throttle whose end cannot be read does not end. [R13.5] */
  private throttleOf({ use }: PermittedUse): number | null {
    const { systemId, officerId } = use;
    const throttles =
      systemId !== null
        ? this.policy.index.throttles('system', systemId)
        : officerId !== null
          ? this.policy.index.throttles('officer', officerId)
          : [];
    let lowest: number | null = null;
    if (throttles.length === 0) return lowest;
    const now = this.clock.now().getTime();
    for (const { requestsPerMinute, until } of throttles)
      if (!(instantOf(until) <= now) && (lowest === null || requestsPerMinute < lowest)) lowest = requestsPerMinute;
    return lowest;
  }
}
