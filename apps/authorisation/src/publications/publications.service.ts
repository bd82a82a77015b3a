import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import { issue } from './domain/permit';
import { consent, reject, request, withdraw, type PublicationRequest } from './domain/publication-request';
import { PermitStore } from './permit.store';
import { PublicationDesk, type Source, type Wanted } from './publication-desk';
import { PublicationRequestStore, type PublicationRequestFilter } from './publication-request.store';

/** Requests to publish to society, from the asking to everybody's answer. [R13.3] */
@Injectable()
export class PublicationsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly requests: PublicationRequestStore,
    private readonly permits: PermitStore,
    private readonly desk: PublicationDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<PublicationRequest> {
    const found = await this.requests.find(id);
    if (!found || !(await this.desk.isKnownTo(found, by))) throw new Refusal('request.not_found');
    return found;
  }

  list(filter: PublicationRequestFilter, page: PageOf, by: Principal): Promise<Page<PublicationRequest>> {
    const scope = ['publications', by.departmentId, filter.status, filter.resourceId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.requests.list(filter, by, after, limit));
  }

  async request(source: Source, wanted: Wanted, by: Principal): Promise<PublicationRequest> {
    const now = this.clock.now();
    const { resource, grant } = await this.desk.source(source, by);
    const asked = this.desk.checkedAsk(wanted, resource, grant, now);
    const rulePack = await this.desk.rulePack(resource.providerId, now);
    return this.work.run(async (tx) => {
      const held = await this.desk.held(tx, resource.id, grant?.id ?? null, by.departmentId);
      const { state, event } = request({ id: newId(), asked, rulePack }, held, by, now);
      await this.requests.add(tx, state);
      tx.publish(event);
      return state;
    });
  }

  /** The last one's yes makes the permit, and the release is there at once. */
  async consent(id: string, reason: string, by: Principal): Promise<PublicationRequest> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const known = await this.requests.lock(tx, id);
      const held = await this.desk.held(tx, known.resourceId, known.grantId, known.requesterId);
      const { state, event } = consent(known, held, { permitId: newId(), reason }, by, now);
      this.desk.checkNotOver(known, now);
      await this.requests.save(tx, state);
      tx.publish(event);
      if (state.permitId !== null) await this.permits.add(tx, issue(state, state.permitId, event.data.by, now));
      return state;
    });
  }

  reject(id: string, reason: string, by: Principal): Promise<PublicationRequest> {
    return this.ended(id, by, (known) => reject(known, reason, by, this.clock.now()));
  }

  withdraw(id: string, by: Principal): Promise<PublicationRequest> {
    return this.ended(id, by, (known) => withdraw(known, by, this.clock.now()));
  }

  private async ended(
    id: string,
    by: Principal,
    end: (known: PublicationRequest) => ReturnType<typeof reject | typeof withdraw>,
  ) {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const { state, event } = end(await this.requests.lock(tx, id));
      await this.requests.save(tx, state);
      tx.publish(event);
      return state;
    });
  }
}
