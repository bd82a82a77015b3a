import { CONSENT_KINDS, type ConsentKind, type StatutoryBasis } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { Nullable, OneOf, Parts, Slug, Text } from '../fields';
import { CONSENT_STATUSES, type ConsentStatus } from './domain/consent-case';

export class StatutoryBasisDto implements StatutoryBasis {
  /** Its full name. */
  @Text(200) law: string;
  /** Its number: 第十二条第二款. */
  @Text(100) article: string;
  /** The words it rests on. */
  @Text(2000) quotation: string;
}

/** The laws that a proposal rests on. */
export const StatutoryBases = () => Parts(() => StatutoryBasisDto, 10);

export class GiveConsentDto {
  @Nullable() @Text(2000) reason: string | null = null;
}

export class WithholdConsentDto {
  @Text(2000) reason: string;
}

export class ListConsentCasesQuery extends PageQuery {
  @Given() @OneOf(CONSENT_STATUSES) status?: ConsentStatus;
  @Given() @OneOf(CONSENT_KINDS) kind?: ConsentKind;
  /** The application or the grant it is about. */
  @Given() @Slug() subjectId?: string;
}
