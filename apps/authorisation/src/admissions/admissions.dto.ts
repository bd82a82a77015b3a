import { PageQuery } from '@qiongtong/platform';
import { Equals } from 'class-validator';
import { Given, OneOf, Part, Slug, Text } from '../fields';
import { ACCESS_APPLICATION_STATUSES, type AccessApplicationStatus } from './domain/access-application';

export class PledgeDto {
  /** Of `GET /v1/pledge-texts/current`. */
  @Text(40) textVersion: string;
  @Text(100) signerName: string;
  @Text(100) signerPost: string;
  /** Both parts are promised, or there is no pledge. */
  @Equals(true) acceptsSharingRules: true;
  @Equals(true) acceptsConfidentiality: true;
}

export class ApplyForAccessDto {
  @Part(() => PledgeDto) pledge: PledgeDto;
}

export class ListAccessApplicationsQuery extends PageQuery {
  @Given() @Slug() organisationId?: string;
  @Given() @OneOf(ACCESS_APPLICATION_STATUSES) status?: AccessApplicationStatus;
}
