import { Injectable } from '@nestjs/common';
import { isConcerned, Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { holdsRole, type Organisation } from '../organisations/domain/organisation';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import { AccessReviewDesk } from './access-review-desk';
import { AccessReviewStore, type AccessReviewFilter } from './access-review.store';
import * as reviews from './domain/access-review';

type AccessReview = reviews.AccessReview;
type Acting = Readonly<{
  tx: Transaction;
  department: reviews.Department;
  standing: readonly reviews.Standing[];
  now: Date;
}>;
type Rule = (review: AccessReview, acting: Acting) => Promise<reviews.ChangedReview[]> | reviews.ChangedReview[];

/** A department's responsible unit looks, once a year, at who and what acts for it. [R8.5] */
@Injectable()
export class AccessReviewsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly reviews: AccessReviewStore,
    private readonly desk: AccessReviewDesk,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<AccessReview> {
    const review = await this.reviews.find(id);
    const organisation = review && (await this.organisations.find(review.organisationId));
    if (!review || !organisation || !isConcerned([organisation.id], [organisation.regionCode], by))
      throw new Refusal('request.not_found');
    return review;
  }

  list(filter: AccessReviewFilter, page: PageOf, by: Principal): Promise<Page<AccessReview>> {
    const scope = ['access-reviews', by.departmentId, ...Object.entries(filter).flat()];
    return pageOf(page, this.cursors, scope, (after, limit) => this.reviews.list(filter, by, after, limit));
  }

  /** @param seen the revision of the officer, the system or the organisation as it was read */
  confirm(id: string, no: number, { seen, note }: Readonly<{ seen: number; note: string }>, by: Principal) {
    return this.act(id, by, (review, { department, standing, now }) => {
      const { item } = reviews.checkMayConclude(review, no, department, by);
      const stands = standing.find((one) => reviews.keyOf(one) === reviews.keyOf(item)) ?? null;
      return reviews.confirm(review, no, { seen, note, standing: stands, department }, by, now);
    });
  }

  /** Ends what it is about, by the use case that ends its like, and concludes the item in the same transaction. */
  end(id: string, no: number, { seen, reason }: Readonly<{ seen: number; reason: string }>, by: Principal) {
    return this.act(id, by, async (review, { tx, department, standing, now }) => {
      const { item } = reviews.checkMayConclude(review, no, department, by);
      const stands = standing.find((one) => reviews.keyOf(one) === reviews.keyOf(item)) ?? null;
      const given = { seen, note: reason, standing: stands, department };
      // Gone already, or another than was read: what confirming it says, ending it says as well.
      const confirmed = reviews.confirm(review, no, given, by, now);
      if (!stands) return confirmed;
      const organisationId = department.id;
      const revision = await this.desk.end(tx, item, { organisationId, seen, reason }, by, now);
      return reviews.ended(review, no, { revision, note: reason, department }, by, now);
    });
  }

  private async act(id: string, by: Principal, rule: Rule): Promise<AccessReview> {
    const { organisationId } = await this.find(id, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const review = await this.reviews.lock(tx, id);
      const organisation = await this.organisations.find(organisationId, tx.manager);
      if (!organisation) throw new Refusal('request.not_found');
      const standing = await this.desk.standing(tx, organisation, now);
      const concluded = await rule(review, { tx, department: departmentOf(organisation, now), standing, now });
      // Whatever has ended otherwise meanwhile is not asked about either.
      const swept = reviews.sweep(concluded.at(-1)?.state ?? review, standing, now);
      return this.reviews.keep(tx, review, [...concluded, ...swept], now);
    });
  }
}

const departmentOf = (organisation: Organisation, now: Date): reviews.Department => ({
  id: organisation.id,
  regionCode: organisation.regionCode,
  isProvincialAuthority: holdsRole(organisation, 'PROVINCIAL_AUTHORITY', now),
});
