import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HOP_HEADER, Refusal, type HopClaims, type Role } from '@qiongtong/contracts';
import type { FastifyRequest } from 'fastify';
import { PUBLIC } from '../http/public';
import { ROLES_NEEDED } from '../http/roles';
import { HopTokens } from './hop-tokens';

/** A request after its hop token was checked. */
export type HopRequest = FastifyRequest & { hop?: HopClaims };

/** No route without a hop token made for this very call, unless it is marked public; then the coarse check by role. */
@Injectable()
export class HopGuard implements CanActivate {
  constructor(
    private readonly hops: HopTokens,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places)) return true;
    const request = context.switchToHttp().getRequest<HopRequest>();
    const token = request.headers[HOP_HEADER];
    request.hop = await this.hops.verify(typeof token === 'string' ? token : undefined, {
      method: request.method,
      target: request.originalUrl,
    });
    const needed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_NEEDED, places);
    const { roles } = request.hop.principal;
    if (needed && !needed.some((role) => roles.includes(role)))
      throw new Refusal('access.role_required', { about: needed });
    return true;
  }
}
