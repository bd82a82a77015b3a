import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/** An object answer with a numeric `revision` carries it as its ETag; a GET that knows it already is answered 304. */
@Injectable()
export class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        const revision = (answer as { revision?: unknown } | null | undefined)?.revision;
        if (typeof revision !== 'number') return answer;
        const request = context.switchToHttp().getRequest<FastifyRequest>();
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        const etag = `"${revision}"`;
        void reply.header('etag', etag);
        const isRead = request.method === 'GET' || request.method === 'HEAD';
        if (!isRead || !knows(request.headers['if-none-match'], etag)) return answer;
        void reply.code(304);
        return undefined;
      }),
    );
  }
}

/** Does a caller that sent this `If-None-Match` have it already? */
export const knows = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
