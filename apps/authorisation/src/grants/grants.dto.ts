import { REVOCATION_GROUNDS, type RevocationGround } from '@qiongtong/contracts';
import { PageQuery } from '@qiongtong/platform';
import { Given, Nullable, OneOf, Slug, Text } from '../fields';
import { GRANT_STATUSES, type GrantStatus, type Revocation } from './domain/grant';

export class RevokeGrantDto implements Revocation {
  @OneOf(REVOCATION_GROUNDS) ground: RevocationGround;
  /** The law, where the ground is statutory. */
  @Nullable() @Text(1000) statutoryBasis: string | null = null;
  @Text(2000) narrative: string;
}

export class ListGrantsQuery extends PageQuery {
  @Given() @OneOf(GRANT_STATUSES) status?: GrantStatus;
  @Given() @Slug() resourceId?: string;
  @Given() @Slug() holderId?: string;
  @Given() @Slug() providerId?: string;
}
