import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseErrorCode, isRetriable, isUnavailable } from '../database/sql';
import {
  languageOf,
  retryAfterOf,
  statusOf,
  toProblem,
  type Language,
  type Problem,
  type ProblemContext,
} from './problem';

/** What the framework itself refuses, by its status. */
const FRAMEWORK: Readonly<Record<number, RefusalCode>> = {
  400: 'request.malformed',
  404: 'request.not_found',
  405: 'request.not_found',
  408: 'request.too_slow',
  413: 'request.too_large',
  414: 'request.too_large',
  415: 'request.unsupported_media_type',
  429: 'request.too_many',
  431: 'request.too_large',
};
const UNIQUE_VIOLATION = '23505';

/** Every error becomes a refusal; one that nobody foresaw says nothing of itself outside and is logged with its trace. */
export function refusalOf(error: unknown): { refusal: Refusal; unforeseen: boolean } {
  const foreseen = (code: RefusalCode) => ({ refusal: new Refusal(code), unforeseen: false });
  if (error instanceof Refusal) return { refusal: error, unforeseen: false };
  if (error instanceof HttpException) {
    const code = FRAMEWORK[error.getStatus()] ?? (error.getStatus() < 500 ? 'request.malformed' : undefined);
    if (code) return foreseen(code);
  }
  if (databaseErrorCode(error) === UNIQUE_VIOLATION || isRetriable(error)) return foreseen('request.lost_race');
  if (isUnavailable(error)) return { refusal: new Refusal('service.unavailable'), unforeseen: true };
  return { refusal: new Refusal('service.failed'), unforeseen: true };
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { refusal, unforeseen } = refusalOf(error);
    // A caller who left in the middle of a body is nobody's failure.
    if (unforeseen && !request.raw.socket.destroyed) this.log.error(error);
    if (reply.sent || reply.raw.headersSent) {
      // Half an answer must not look like a whole one.
      reply.raw.destroy();
      return;
    }
    answerProblem(request, reply, refusal);
  }
}

/** Answers a refusal in the caller's language. */
export function answerProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  context: ProblemContext = {},
): Problem {
  const language = languageOf(request.headers['accept-language']);
  const problem = toProblem(refusal, { language, ...context });
  // What was not read of a body would be taken for the next request.
  const bodyLess = request.method === 'GET' || request.method === 'HEAD';
  if (!bodyLess && !request.raw.complete) void reply.header('connection', 'close');
  void reply.code(problem.status).headers(problemHeaders(refusal, language)).send(problem);
  return problem;
}

/** Headers of a refusal's answer, names in lower case. */
export function problemHeaders(refusal: Refusal, language: Language): Record<string, string> {
  const retryAfter = retryAfterOf(refusal);
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-language': language,
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(statusOf(refusal) === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
}
