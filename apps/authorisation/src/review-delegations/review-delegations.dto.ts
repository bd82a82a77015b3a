import { Nullable, Part, Slug, Slugs, Text } from '../fields';
import { PeriodDto } from '../grants/scope.dto';
import type { NewDelegation } from './domain/review-delegation';

export class DelegateReviewDto implements Omit<NewDelegation, 'id'> {
  @Slugs(200, 1) resourceIds: string[];
  /** The department that reviews. */
  @Slug() delegateId: string;
  /** One reviewer of it; left out, any. */
  @Nullable() @Slug() officerId: string | null = null;
  @Part(() => PeriodDto) period: PeriodDto;
  @Text(2000) reason: string;
}
