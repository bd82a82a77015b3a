import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Refusal, type Principal, type Release } from '@qiongtong/contracts';
import type { HopRequest } from '../auth/hop-guard';

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<HopRequest>();

/** Who calls, from the hop token. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = requestOf(context).hop?.principal;
  if (!principal) throw new Refusal('hop.invalid');
  return principal;
});

/** The decision this call may carry out; refused without one. */
export const CurrentRelease = createParamDecorator((_: unknown, context: ExecutionContext): Release => {
  const release = requestOf(context).hop?.release;
  if (!release) throw new Refusal('hop.invalid');
  return release;
});

const documented: ParameterDecorator = (target, method) => {
  if (method === undefined) return;
  ApiHeader({
    name: 'If-Match',
    required: true,
    description: 'The ETag of the object as it was read: `"3"`',
    schema: { type: 'string' },
  })(target, method, Object.getOwnPropertyDescriptor(target, method)!);
};

/** The revision the caller read, from `If-Match: "3"`. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext): number => {
    const header = requestOf(context).headers['if-match'];
    if (header === undefined || header.trim() === '') throw new Refusal('request.if_match_required');
    const match = /^\s*"(\d{1,15})"\s*$/.exec(header);
    if (!match) throw new Refusal('request.stale_revision');
    return Number(match[1]);
  },
  [documented],
);

/** The row as it is must be the row as the caller read it. */
export function expectRevision(actual: number, expected: number): void {
  if (actual !== expected) throw new Refusal('request.stale_revision');
}
