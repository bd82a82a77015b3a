import { applyDecorators } from '@nestjs/common';
import { ITEM_TYPES, type ItemType } from '@qiongtong/contracts';
import { Day, Given, PageQuery } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ITEM_LIMITS } from '../entries/domain/items';
import {
  EVERYBODY,
  type DataElement,
  type Population,
  type Standard,
  type StandardChange,
} from './domain/data-element';
import { ELEMENT_PROPOSAL_STATUSES, type ElementProposalStatus } from './domain/element-proposal';

const Needed = () => ValidateIf(() => true);
const Text = (longest: number) => applyDecorators(IsString(), Matches(/\S/), MaxLength(longest));
const Texts = (most: number, longest: number) =>
  applyDecorators(
    IsArray(),
    ArrayMaxSize(most),
    ArrayUnique(),
    IsString({ each: true }),
    Matches(/\S/, { each: true }),
    MaxLength(longest, { each: true }),
  );
const Populations = () =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(100),
    ArrayUnique((population: Population) => population.code),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => PopulationDto),
  );
/** Ids of elements and codes of populations. */
export const CODE = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

export class PopulationDto implements Population {
  @Matches(CODE) code: string;
  @Text(100) name: string;
}

/** A field left out stays as it is; null empties it. */
export class ChangeElementDto implements StandardChange {
  @Given() @Text(100) name?: string;
  @IsOptional() @Text(200) nameEn?: string | null;
  @Given() @Text(2000) definition?: string;
  @Given() @IsIn([...ITEM_TYPES]) type?: ItemType;
  @IsOptional() @Text(8) length?: string | null;
  @IsOptional() @Texts(ITEM_LIMITS.codeList, ITEM_LIMITS.codeValue) codeList?: string[] | null;
  @IsOptional() @Text(200) format?: string | null;
  @IsOptional() @Text(200) reference?: string | null;
  @Given() @Texts(50, 100) synonyms?: string[];
  @Given() @Populations() populations?: PopulationDto[];
  /** The day from which this version is in force: today where it is left out. */
  @IsOptional() @Day() effectiveFrom: string | null = null;
}

class StandardDto implements Standard {
  @Needed() @Text(100) name: string;
  @IsOptional() @Text(200) nameEn: string | null = null;
  @Needed() @Text(2000) definition: string;
  @Needed() @IsIn([...ITEM_TYPES]) type: ItemType;
  @IsOptional() @Text(8) length: string | null = null;
  @IsOptional() @Texts(ITEM_LIMITS.codeList, ITEM_LIMITS.codeValue) codeList: string[] | null = null;
  @IsOptional() @Text(200) format: string | null = null;
  @IsOptional() @Text(200) reference: string | null = null;
  @Texts(50, 100) synonyms: string[] = [];
  @Populations() populations: PopulationDto[] = [Object.assign(new PopulationDto(), EVERYBODY)];
}

export class KeepElementDto extends StandardDto {
  @Matches(CODE) id: string;
  @IsOptional() @Day() effectiveFrom: string | null = null;
}

export class ProposeElementDto extends StandardDto {
  @Matches(CODE) elementId: string;
  /** Why it should be a standard. */
  @Text(2000) reason: string;
}

export class AcceptElementDto {
  @Text(2000) remarks: string;
  /** The day from which it is in force: today where it is left out. */
  @IsOptional() @Day() effectiveFrom: string | null = null;
}

export class ReturnElementDto {
  /** What is to be mended. */
  @Text(2000) remarks: string;
}

export class ListElementProposalsQuery extends PageQuery {
  @Given() @IsIn([...ELEMENT_PROPOSAL_STATUSES]) status?: ElementProposalStatus;
}

export class ListElementsQuery extends PageQuery {
  /** Words found in id, names, synonyms or definition. */
  @Given() @Text(100) q?: string;
  @Given() @IsIn(['IN_FORCE', 'RETIRED']) status?: DataElement['status'];
}

/** The fields that were sent. */
export const standardOf = (change: StandardChange): StandardChange =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
