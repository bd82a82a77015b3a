import { Given, PageQuery } from '@qiongtong/platform';
import { Matches } from 'class-validator';
import { OneOf, Slug } from '../fields';
import { AGREEMENT_STATUSES, type AgreementStatus } from './domain/agreement';

export class AcceptAgreementDto {
  /** Of the text that was read: SHA-256 in hex. */
  @Matches(/^[0-9a-f]{64}$/) digest: string;
}

export class ListAgreementsQuery extends PageQuery {
  @Given() @OneOf(AGREEMENT_STATUSES) status?: AgreementStatus;
  @Given() @Slug() applicationId?: string;
}
