import { Injectable } from '@nestjs/common';
import { Refusal, RELEASE_FORMS, SLUG, type ReleaseForm } from '@qiongtong/contracts';
import { Clock, knows } from '@qiongtong/platform';
import { decideRelease, instantOf } from '@qiongtong/regulation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { AccessLog } from '../records/access-log';
import { Copies, digestOf, etagOf, type Copy } from './copies';
import { MEDIA_TYPES } from './domain/forms';
import { catalogueOf, RELEASES, releaseOf, type Release } from './domain/release';
import { PublicReaders } from './public-readers';
import { ReleaseData, type Permitted } from './release-data';

const COPIES_BYTES = 64 * 1024 * 1024;
const PAGE = { default: 100, most: 1000 } as const;
const JSON_LD = 'application/ld+json; charset=utf-8';
const SAFE = { 'x-content-type-options': 'nosniff', 'access-control-allow-origin': '*' } as const;

type OfRelease = FastifyRequest<{ Params: { releaseId: string } }>;

/**
 * `/public/releases`: what may be read by anybody, without a token. Each answer is decided on the permit at that very
 * moment, whether its data are fetched or a copy, and data leave only after their record. [R13.3]
 */
@Injectable()
export class Releases {
  private readonly copies: Copies;

  constructor(
    private readonly policy: LivePolicy,
    private readonly releaseData: ReleaseData,
    private readonly log: AccessLog,
    private readonly readers: PublicReaders,
    private readonly clock: Clock,
    private readonly config: GatewayConfig,
  ) {
    this.copies = new Copies(config.PUBLIC_MAX_AGE_SECONDS * 1000, COPIES_BYTES);
    policy.onChange((topic, id) => topic === 'policy.permits' && this.copies.drop(id));
  }

  list(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.readers.answered(request, reply, () => {
      const { releases, next } = this.page(request, RELEASES);
      this.send(request, reply, 'application/json; charset=utf-8', { items: releases, next });
    });
  }

  catalogue(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.readers.answered(request, reply, () => {
      const { releases, next } = this.page(request, `${RELEASES}/catalog.jsonld`);
      this.send(request, reply, JSON_LD, catalogueOf(releases, next));
    });
  }

  one(request: OfRelease, reply: FastifyReply): Promise<void> {
    return this.readers.answered(request, reply, () => {
      const release = this.shown(this.permitted(request.params.releaseId));
      this.send(request, reply, 'application/json; charset=utf-8', release);
    });
  }

  data(request: OfRelease, reply: FastifyReply): Promise<void> {
    return this.readers.answered(request, reply, async () => {
      const { releaseId } = request.params;
      const permitted = this.permitted(releaseId);
      const form = formOf(request);
      const { permit, resource } = permitted;
      if (!permit.forms.includes(form))
        throw new Refusal('publication.form_not_permitted', { about: permit.forms.map((each) => each.toLowerCase()) });
      const copy = await this.copies.get(permit, resource, form, () => this.releaseData.copy(permitted, form));
      // Fetching took its time: what was withdrawn meanwhile does not leave.
      const now = this.permitted(releaseId);
      if (copy) return this.give(request, reply, now, form, copy);
      const headers = { ...SAFE, 'cache-control': 'no-store' };
      const refuse = (refusal: Refusal) => this.readers.refuse(request, reply, refusal);
      this.releaseData.stream(now, form, headers, reply, () => this.isPermitted(releaseId), refuse);
    });
  }

  /** A copy, recorded before it leaves; who has it already is told so, and nothing leaves. */
  private async give(
    request: FastifyRequest,
    reply: FastifyReply,
    permitted: Permitted,
    form: ReleaseForm,
    copy: Copy,
  ): Promise<void> {
    const headers = { ...SAFE, etag: copy.etag, 'cache-control': this.cacheControl(permitted) };
    if (knows(request.headers['if-none-match'], copy.etag)) return void reply.code(304).headers(headers).send();
    const { rows, digest, delivery, body } = copy;
    const record = this.releaseData.recordOf(permitted, copy.takeDecisionId());
    const bytes = body.length;
    await this.log.durable({ ...record, outcome: 'released', rows, bytes, digest, delivery, status: 200 });
    if (!this.isPermitted(permitted.permit.id)) {
      this.log.followUp({ ...record, outcome: 'aborted', status: 410 });
      throw new Refusal('publication.ended', { about: [permitted.permit.id] });
    }
    reply.headers({ ...headers, 'content-type': MEDIA_TYPES[form], 'qt-decision-id': record.decisionId }).send(body);
  }

  /** @throws what society is told: that there is no such release, or that there was one */
  private permitted(releaseId: string): Permitted {
    const { index } = this.policy;
    const decision = decideRelease(index, releaseId, this.clock.now(), this.policy.freshness());
    if (decision.effect === 'permit') {
      const permit = index.permit(releaseId)!;
      const regionCode = index.organisation(permit.publisherId)!.regionCode;
      return { permit, resource: index.resource(permit.resourceId)!, decision, regionCode };
    }
    this.copies.drop(releaseId);
    const [first] = decision.reasons;
    if (decision.effect === 'indeterminate') throw new Refusal(first!.code);
    const told = first!.code === 'publication.ended' || first!.code === 'publication.not_begun';
    throw new Refusal(told ? first!.code : 'publication.not_found', { about: [releaseId] });
  }

  private isPermitted(releaseId: string): boolean {
    return decideRelease(this.policy.index, releaseId, this.clock.now(), this.policy.freshness()).effect === 'permit';
  }

  private shown({ permit, resource }: Permitted): Release {
    return releaseOf(permit, resource, (id) => this.policy.index.organisation(id));
  }

  private page(request: FastifyRequest, path: string): Readonly<{ releases: readonly Release[]; next: string | null }> {
    if (this.policy.freshness() !== 'fresh') throw new Refusal('access.policy_stale');
    const { limit, after } = pageOf(request);
    const ids = [...this.policy.index.all('policy.permits')].map(({ id }) => id).filter((id) => id > after);
    const releases: Release[] = [];
    for (const id of ids.sort()) {
      if (!this.isPermitted(id)) continue;
      if (releases.length === limit) return { releases, next: `${path}?limit=${limit}&cursor=${releases.at(-1)!.id}` };
      releases.push(this.shown(this.permitted(id)));
    }
    return { releases, next: null };
  }

  private send(request: FastifyRequest, reply: FastifyReply, mediaType: string, value: object): void {
    const body = Buffer.from(JSON.stringify(value));
    const etag = etagOf(digestOf(body));
    const headers = { ...SAFE, etag, 'cache-control': this.cacheControl() };
    if (knows(request.headers['if-none-match'], etag)) return void reply.code(304).headers(headers).send();
    reply.headers({ ...headers, 'content-type': mediaType }).send(body);
  }

  /** Never longer than the release itself. */
  private cacheControl(permitted?: Permitted): string {
    const until = permitted ? instantOf(permitted.permit.period.until) : Infinity;
    const left = Math.floor((until - this.clock.now().getTime()) / 1000);
    return `public, max-age=${Math.max(0, Math.min(this.config.PUBLIC_MAX_AGE_SECONDS, left))}, must-revalidate`;
  }
}

function formOf(request: FastifyRequest): ReleaseForm {
  const { format = 'json', ...unknown } = request.query as Record<string, unknown>;
  const form = RELEASE_FORMS.find((each) => each.toLowerCase() === format);
  if (!form || Object.keys(unknown).length > 0)
    throw new Refusal('request.invalid', { errors: [{ pointer: '/format', message: 'json or csv' }] });
  return form;
}

function pageOf(request: FastifyRequest): Readonly<{ limit: number; after: string }> {
  const { limit = String(PAGE.default), cursor = '' } = request.query as Record<string, unknown>;
  const number = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (number < 1 || number > PAGE.most)
    throw new Refusal('request.invalid', { errors: [{ pointer: '/limit', message: `1 to ${PAGE.most}` }] });
  if (cursor !== '' && !(typeof cursor === 'string' && SLUG.test(cursor))) throw new Refusal('request.bad_cursor');
  return { limit: number, after: cursor };
}
