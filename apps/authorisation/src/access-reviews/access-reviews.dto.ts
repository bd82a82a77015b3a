import { Flag, Given, PageQuery } from '@qiongtong/platform';
import { IsInt, IsString, MaxLength, Min } from 'class-validator';
import { OneOf, Slug, Text } from '../fields';
import { ACCESS_REVIEW_STATUSES, type AccessReview } from './domain/access-review';

export class ConfirmItemDto {
  /** Of the officer, the system or, for the admission, the organisation, as it was read. */
  @IsInt() @Min(1) revision: number;
  @IsString() @MaxLength(2000) note: string = '';
}

export class EndItemDto {
  @IsInt() @Min(1) revision: number;
  @Text(2000) reason: string;
}

export class ListAccessReviewsQuery extends PageQuery {
  @Given() @Slug() organisationId?: string;
  @Given() @OneOf(ACCESS_REVIEW_STATUSES) status?: AccessReview['status'];
  @Given() @Flag() overdue?: boolean;
}
