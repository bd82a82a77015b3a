import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Logger } from '@nestjs/common';
import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PlatformConfig } from '../config';
import { MAX_BODY_BYTES } from '../http/body';
import { toProblem } from '../http/problem';
import { answerProblem } from '../http/problem-filter';
import type { Metrics } from '../telemetry/metrics';
import { SpanKind, type Begun, type Tracing } from '../telemetry/tracing';
import { requestContext } from '../request-context';

const KEEP_ALIVE_MS = 65_000;

/** Fastify with bounds on everything that a caller sends. */
export function httpAdapter(config: PlatformConfig): FastifyAdapter {
  return new FastifyAdapter({
    // No service has Nest middleware, and the layer for it would be walked by every request.
    skipMiddie: true,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // What is asked on a kept connection while draining is still answered; the answer closes the connection.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: false },
    http: {
      headersTimeout: config.HEADERS_TIMEOUT_MS,
      requestTimeout: config.REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(1_000, config.HEADERS_TIMEOUT_MS),
      maxHeaderSize: 32 * 1024,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error: { code: string }, _request: unknown, reply: FastifyReply) => {
      const problem = toProblem(
        new Refusal(error.code === 'FST_ERR_BAD_URL' ? 'request.malformed' : 'request.not_found'),
      );
      void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
    },
  });
}

/** A request that HTTP itself cannot read has no reply object; it is answered on the socket and the socket closed. */
function answerBrokenRequest(this: unknown, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code: RefusalCode =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request.too_slow'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'request.too_large'
        : 'request.malformed';
  const problem = toProblem(new Refusal(code));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} Refused\r\nconnection: close\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // A peer that never closes its half keeps no socket of ours.
  setTimeout(() => socket.destroy(), 1_000).unref();
}

/** Gives each request its trace and takes its time. */
export function observeRequests(server: FastifyInstance, metrics: Metrics, tracing: Tracing): void {
  const log = new Logger('http');
  const started = new WeakMap<FastifyRequest, { at: number; span: Begun['span'] }>();
  server.addHook('onRequest', (request, _reply, done) => {
    const { method } = request;
    const parent = request.headers.traceparent as string | undefined;
    const { context, span } = tracing.begin({ kind: SpanKind.SERVER, name: method, parent });
    started.set(request, { at: performance.now(), span });
    requestContext.run(context, done);
  });
  // The framework knows this method as well, and would refuse it in words of its own before any route is looked for.
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'QUERY') answerProblem(request, reply, new Refusal('request.not_found'));
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const begun = started.get(request);
    const seconds = begun === undefined ? 0 : (performance.now() - begun.at) / 1000;
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    metrics.requests.observe({ method, route, status: reply.statusCode }, seconds);
    begun?.span
      ?.updateName(`${method} ${route}`)
      .setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': reply.statusCode,
      })
      .end();
    // The pattern of the route, never the address: queries hold filters.
    const line = { method, route, status: reply.statusCode, ms: Math.round(seconds * 1e4) / 10 };
    if (reply.statusCode >= 500) log.warn(line);
    else log.debug(line);
    done();
  });
}
