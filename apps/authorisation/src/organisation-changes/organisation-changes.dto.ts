import { LEVELS, ORGANISATION_CHANGE_KINDS, ORGANISATION_TYPES, type OrganisationType } from '@qiongtong/contracts';
import { Day, Given, PageQuery } from '@qiongtong/platform';
import { ArrayUnique, Matches } from 'class-validator';
import { StatutoryBasisDto } from '../consents/consents.dto';
import { Nullable, OneOf, Part, Parts, REGION_CODE, Slug, Slugs, Text } from '../fields';
import { THINGS, type Effect } from '@qiongtong/regulation';
import {
  ORGANISATION_CHANGE_STATUSES,
  type Allotment,
  type NewSuccessor,
  type OrganisationChangeStatus,
  type Terms,
} from './domain/organisation-change';

const MOST_LISTED = 2_000;

export class DecisionDocumentDto {
  @Text(200) number: string;
  @Day() date: string;
}

export class NewSuccessorDto implements NewSuccessor {
  @Slug() id: string;
  @Text(200) name: string;
  @OneOf(ORGANISATION_TYPES) type: OrganisationType;
  @OneOf(LEVELS) level: NewSuccessor['level'];
  /** Six digits of GB/T 2260. */
  @Matches(REGION_CODE) regionCode: string;
  @Nullable() @Slug() parentId: string | null = null;
  @Nullable() @Text(18) creditCode: string | null = null;
}

/** Where one thing goes; null ends it. */
export class AllotmentDto implements Allotment {
  @Text(100) id: string;
  @Nullable() @Slug() to: string | null = null;
}

/** A resource that nobody goes on providing. */
export class WithdrawnResourceDto {
  @Text(100) id: string;
  @Parts(() => StatutoryBasisDto, 10, 1) statutoryBasis: StatutoryBasisDto[];
}

const Allotments = () => Parts(() => AllotmentDto, MOST_LISTED);
const Once = () => ArrayUnique(({ id }: { id: string }) => id);

export class DecideOrganisationChangeDto implements Terms {
  @OneOf(ORGANISATION_CHANGE_KINDS) kind: Terms['kind'];
  /** Bodies that are renamed, merged, split or abolished. */
  @Slugs(20, 1) organisationIds: string[];
  /** Bodies that take their place; a body that is split and goes on is one of them. */
  @Slugs(20) successorIds: string[] = [];
  /** Successors that come into being by it. */
  @Parts(() => NewSuccessorDto, 20) @Once() founded: NewSuccessorDto[] = [];
  /** The new name of a body that is renamed. */
  @Nullable() @Text(200) name: string | null = null;
  @Part(() => DecisionDocumentDto) document: DecisionDocumentDto;
  /** The day in Hainan from whose beginning it has effect: today or later. */
  @Day() effectiveOn: string;
  /** After a split: who has what is not listed, such as drafts of the catalogue. */
  @Nullable() @Slug() remainderTo: string | null = null;
  @Allotments() @Once() resources: AllotmentDto[] = [];
  @Allotments() @Once() duties: AllotmentDto[] = [];
  @Allotments() @Once() systems: AllotmentDto[] = [];
  @Allotments() @Once() officers: AllotmentDto[] = [];
  /** Grants held whose purposes fall under duties of several successors. */
  @Allotments() @Once() grants: AllotmentDto[] = [];
  @Allotments() @Once() applications: AllotmentDto[] = [];
  @Parts(() => WithdrawnResourceDto, MOST_LISTED) @Once() withdrawals: WithdrawnResourceDto[] = [];
}

export class ListOrganisationChangesQuery extends PageQuery {
  @Given() @OneOf(ORGANISATION_CHANGE_STATUSES) status?: OrganisationChangeStatus;
  @Given() @OneOf(ORGANISATION_CHANGE_KINDS) kind?: Terms['kind'];
  @Given() @Slug() organisationId?: string;
}

export class ListEffectsQuery extends PageQuery {
  @Given() @OneOf(THINGS) thing?: Effect['thing'];
}
