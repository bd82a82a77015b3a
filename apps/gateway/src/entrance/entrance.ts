import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ControlPlane } from '../control/control-plane';
import { ROUTES } from '../control/route-table';
import { Explanations } from '../explanations/explanations';
import { Orders } from '../reads/orders';
import { Pushes } from '../reads/pushes';
import { Reads } from '../reads/reads';
import { Reference } from '../reference/reference';
import { Releases } from '../releases/releases';
import { Answers } from './answers';

type OfRelease = FastifyRequest<{ Params: { releaseId: string } }>;
type OfResource = FastifyRequest<{ Params: { resourceId: string } }>;

const PUSHES = [
  ['POST', '/v1/resources/:resourceId/batches'],
  ['POST', '/v1/resources/:resourceId/uploads'],
  ['PUT', '/v1/resources/:resourceId/uploads/:uploadId/parts/:n'],
  ['POST', '/v1/resources/:resourceId/uploads/:uploadId/completion'],
] as const;

/**
 * The routes of the one entrance, straight on Fastify: bodies are not parsed here but passed on as they come, the answer
 * is sent by whoever handles it, and the hot path owes nothing to a framework (`docs/decisions/0003-gateway-on-fastify.md`).
 */
@Injectable()
export class Entrance {
  constructor(
    private readonly reads: Reads,
    private readonly pushes: Pushes,
    private readonly orders: Orders,
    private readonly control: ControlPlane,
    private readonly explanations: Explanations,
    private readonly releases: Releases,
    private readonly reference: Reference,
    private readonly answers: Answers,
  ) {}

  async register(server: FastifyInstance): Promise<void> {
    await server.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      scope.get(
        '/v1/resources/:resourceId/records',
        (request: OfResource, reply) => void this.reads.byFilter(request, reply),
      );
      scope.get(
        '/v1/resources/:resourceId/records/:key',
        (request: OfResource, reply) => void this.reads.byKey(request, reply),
      );
      scope.get(
        '/v1/resources/:resourceId/changes',
        (request: OfResource, reply) => void this.reads.changes(request, reply),
      );
      scope.post(
        '/v1/resources/:resourceId/records::query',
        (request: OfResource, reply) => void this.reads.byQuery(request, reply),
      );
      scope.post(
        '/v1/resources/:resourceId/records::verify',
        (request: OfResource, reply) => void this.reads.verify(request, reply),
      );
      for (const [method, path] of PUSHES)
        scope.route({
          method,
          url: path,
          handler: (request, reply) => void this.pushes.take(`${method} ${path}`, request as OfResource, reply),
        });
      scope.post(
        '/v1/resources/:resourceId/exports',
        (request: OfResource, reply) => void this.orders.export(request, reply),
      );
      scope.get(
        '/v1/resources/:resourceId/exports/:exportId/file',
        (request: OfResource, reply) => void this.reads.file(request, reply),
      );
      scope.post(
        '/v1/resources/:resourceId/queries',
        (request: OfResource, reply) => void this.orders.query(request, reply),
      );
      scope.get(
        '/v1/resources/:resourceId/queries/:queryId/answer',
        (request: OfResource, reply) => void this.reads.answer(request, reply),
      );
      scope.post(
        '/v1/resources/:resourceId/subscriptions',
        (request: OfResource, reply) => void this.orders.subscription(request, reply),
      );
      scope.post('/v1/decisions::explain', (request, reply) => void this.explanations.answer(request, reply));
      scope.get('/public/releases', (request, reply) => void this.releases.list(request, reply));
      scope.get('/public/releases/catalog.jsonld', (request, reply) => void this.releases.catalogue(request, reply));
      scope.get('/public/releases/:releaseId', (request: OfRelease, reply) => void this.releases.one(request, reply));
      scope.get(
        '/public/releases/:releaseId/data',
        (request: OfRelease, reply) => void this.releases.data(request, reply),
      );
      for (const route of ROUTES)
        scope.route({
          method: route.method,
          // A colon inside a segment is a verb, not a parameter.
          url: route.path.replace(/(?<!\/):/g, '::'),
          handler: (request, reply) => void this.control.handle(route, request, reply),
        });
      this.reference.register(scope);
      for (const path of ['/v1/*', '/public/*', '/audit/*'])
        scope.all(path, (request, reply) => this.answers.refuse(request, reply, new Refusal('request.not_found')));
    });
  }
}
