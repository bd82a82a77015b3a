import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Refusal, type Release, type ResourceState, type Use } from '@qiongtong/contracts';
import { LivePolicy } from '../policy/live-policy';
import { refusalOf } from '../policy/push-use';
import type { Export } from './domain/export';

/** Whether an export may be made, and its file given out: decided anew each time it matters. [R12.7, R14.7] */
@Injectable()
export class ExportPermission {
  constructor(private readonly policy: LivePolicy) {}

  /** What this use is permitted now; otherwise the first reason why not, as a refusal. */
  decided(use: Use): Release['decision'] {
    const decision = this.policy.decide(use);
    if (decision.effect !== 'permit') throw refusalOf(decision);
    return decision;
  }

  /** Only what is kept here can be made a file of, and only what stays with its provider is asked for there. */
  source({ kind, resourceId }: Pick<Export, 'kind' | 'resourceId'>): ResourceState {
    const resource = this.policy.index.resource(resourceId);
    if (!resource) throw new Refusal('access.resource_unknown');
    const { deliveryMode } = resource;
    if (kind === 'QUERY' && deliveryMode === 'HOSTED') throw new Refusal('query.not_channel', { about: [resourceId] });
    if (deliveryMode !== (kind === 'QUERY' ? 'EXCHANGE_CHANNEL' : 'HOSTED'))
      throw new Refusal('access.delivery_elsewhere', { about: [resourceId] });
    return resource;
  }

  /**
   * Refuses unless what was asked for is permitted still, in the same extent and under the same grant: a file cannot be
   * narrowed. Refuses with a code that is `unavailable` while nobody can tell.
   */
  expectStill(job: Pick<Export, 'id' | 'use'>, made: Pick<Release['decision'], 'grantId' | 'obligations'>): void {
    const { grantId, obligations } = this.decided(job.use);
    if (grantId !== made.grantId || !isDeepStrictEqual(obligations, made.obligations))
      throw new Refusal('export.no_longer_permitted', { about: [job.id] });
  }
}

/** A refusal that says no, and not that nobody can tell at the moment. */
export const isFinal = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.entry.kind !== 'unavailable';
