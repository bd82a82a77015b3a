import type { IncomingMessage } from 'node:http';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Refusal } from '@qiongtong/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export const MAX_BODY_BYTES = 1024 * 1024;
export const MAX_DEPTH = 32;

/**
 * A route that reads its body itself, as a stream: `@Body()` is the stream, of any content type and size. The route
 * bounds what it takes.
 */
export const StreamedBody = () => RouteConfig({ streamedBody: true });

type Parser = (
  request: FastifyRequest,
  payload: IncomingMessage,
  done: (error: Error | null, body?: unknown) => void,
) => void;

/** JSON is read whole within bounds of size, depth and time; anything else is left to routes that stream. */
export function registerBodyParsers(server: FastifyInstance, timeoutMs: number): void {
  server.removeAllContentTypeParsers();
  const isStreamed = (request: FastifyRequest) =>
    (request.routeOptions.config as { streamedBody?: boolean } | undefined)?.streamedBody === true;
  const parseJson: Parser = (request, payload, done) => {
    if (isStreamed(request)) return done(null, payload);
    readBody(payload, MAX_BODY_BYTES, timeoutMs).then(
      (body) => {
        try {
          done(null, body.length === 0 ? undefined : jsonOf(body));
        } catch (error) {
          done(error as Error);
        }
      },
      (error: Error) => done(error),
    );
  };
  server.addContentTypeParser('application/json', parseJson);
  server.addContentTypeParser(/^application\/[\w.-]+\+json/, parseJson);
  server.addContentTypeParser('*', (request, payload, done) => {
    if (isStreamed(request)) return done(null, payload);
    done(new Refusal('request.unsupported_media_type'));
  });
}

/** Reads a body whole. Refuses `request.too_large`, `request.too_slow`, or `request.malformed` when it breaks off. */
export function readBody(payload: IncomingMessage, mostBytes: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(payload.headers['content-length'] ?? 0);
    if (declared > mostBytes) return reject(new Refusal('request.too_large'));
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      outcome();
    };
    const refuse = (refusal: Refusal) =>
      settle(() => {
        payload.pause();
        reject(refusal);
      });
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) return refuse(new Refusal('request.too_large'));
      chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks)));
    const onBroken = () => refuse(new Refusal('request.malformed'));
    const timer = setTimeout(() => refuse(new Refusal('request.too_slow')), timeoutMs);
    payload.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

/** Parses UTF-8 JSON that is not nested deeper than `MAX_DEPTH`; looks at the depth before it builds anything. */
export function jsonOf(body: Buffer): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_DEPTH) throw new Refusal('request.too_deep');
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), withoutPrototype);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('request.malformed');
  }
}

/** A `__proto__` in a body would reach the prototype of whatever copies it. */
function withoutPrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Refusal('request.malformed');
  return value;
}
