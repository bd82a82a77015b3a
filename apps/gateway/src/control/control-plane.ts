import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, newId, statusOf } from '@qiongtong/platform';
import { stopsOn } from '@qiongtong/regulation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../entrance/answers';
import { Authentication } from '../entrance/authentication';
import { connectionOf } from '../entrance/connection';
import { LivePolicy } from '../policy/live-policy';
import { AccessLog } from '../records/access-log';
import { Forward } from './forward';
import type { Route } from './route-table';

/** Everything that is no use of data: authenticated, coarsely checked by role, passed on to the service it belongs to. */
@Injectable()
export class ControlPlane {
  constructor(
    private readonly authentication: Authentication,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly log: AccessLog,
    private readonly forward: Forward,
    private readonly answers: Answers,
  ) {}

  async handle(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      const principal = route.admits === 'public' ? null : await this.admitted(route, request);
      await this.forward.to(route.service, request, reply, principal, { streams: route.streams });
    } catch (error) {
      this.answers.failed(request, reply, error);
    }
  }

  private async admitted(route: Route, request: FastifyRequest): Promise<Principal> {
    const principal = await this.authentication.principal(request.headers.authorization, connectionOf(request));
    if (this.policy.freshness() !== 'fresh') throw new Refusal('access.policy_stale');
    const refusal = this.refusalFor(route, principal);
    if (!refusal) return principal;
    await this.log.durable({
      decisionId: newId(),
      outcome: 'refused',
      operation: `${route.method} ${route.path}`,
      use: null,
      providerId: null,
      effect: 'deny',
      basis: null,
      grantId: null,
      reasons: [
        { code: refusal.code, requirement: refusal.entry.requirement ?? '', article: refusal.entry.article ?? 0 },
      ],
      requirement: null,
      filter: null,
      rows: null,
      bytes: null,
      digest: null,
      delivery: null,
      status: statusOf(refusal),
    });
    throw refusal;
  }

  private refusalFor({ admits }: Route, principal: Principal): Refusal | null {
    const stops = stopsOn(this.policy.index, principal, this.clock.now());
    if (stops.length > 0) return new Refusal('access.stopped', { about: stops });
    if (Array.isArray(admits) && !admits.some((role) => principal.roles.includes(role)))
      return new Refusal('access.role_required', { about: [...admits] });
    return null;
  }
}
