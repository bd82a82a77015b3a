import { RELEASE_FORMS, type Mask, type ReleaseForm, type RowFilter } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { Nullable, OneOf, Part, Slug, SomeOf, Text } from '../fields';
import { ItemCodes, MaskMap, PeriodDto, RowFilterExpression } from '../grants/scope.dto';
import { PERMIT_STATUSES, type PermitStatus } from './domain/permit';
import { PUBLICATION_REQUEST_STATUSES, type PublicationRequestStatus } from './domain/publication-request';

export class RequestPublicationDto {
  /** The grant by which the data were obtained. */
  @Given() @Slug() grantId?: string;
  /** Instead of a grant, where the department has the resource by right: its own, or unconditional. */
  @Given() @Slug() resourceId?: string;
  /** Shown to the public. */
  @Text(200) title: string;
  /** Why it is to be public; shown to the public. */
  @Text(2000) purpose: string;
  @SomeOf(RELEASE_FORMS) forms: ReleaseForm[];
  @ItemCodes() items: string[];
  @Part(() => PeriodDto) period: PeriodDto;
  /** This and the mask: left out they are as in the grant. */
  @Nullable() @RowFilterExpression() rowFilter?: RowFilter | null;
  @Given() @MaskMap() mask?: Mask;
}

export class PublicationConsentDto {
  @Given() @Text(2000) reason?: string;
}

export class ListPublicationRequestsQuery extends PageQuery {
  @Given() @OneOf(PUBLICATION_REQUEST_STATUSES) status?: PublicationRequestStatus;
  @Given() @Slug() resourceId?: string;
}

export class ListPermitsQuery extends PageQuery {
  @Given() @OneOf(PERMIT_STATUSES) status?: PermitStatus;
  @Given() @Slug() resourceId?: string;
}
