import { applyDecorators } from '@nestjs/common';
import {
  ITEM_SOURCES,
  ITEM_TYPES,
  UPDATE_CYCLES,
  type Item,
  type ItemSource,
  type ItemType,
} from '@qiongtong/contracts';
import { Day, Given, Moment, PageQuery } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmpty,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { CLASS_FORM, CODE_FORM } from '../system/domain/class-code';
import * as content from './domain/content';
import {
  ENTRY_STATUSES,
  SECRECY_CONCLUSIONS,
  type EntryStatus,
  type SecrecyReview,
  type Withdrawal,
} from './domain/entry';
import { ITEM_LIMITS } from './domain/items';
import type { StricterClass } from './domain/narrowing';
import type { SaidOfEffects } from './effects.service';
import { REMARK_LIMITS, type FieldRemark } from './domain/remarks';

const Text = (longest: number) => applyDecorators(IsString(), Matches(/\S/), MaxLength(longest));
/** Takes the place of an inherited `Given`: must be there. */
const Needed = () => ValidateIf(() => true);
/** May be left out; null empties it. */
const Emptied = (longest: number) => applyDecorators(IsOptional(), Text(longest));
const OneOf = (values: readonly unknown[]) => IsIn([...values]);
const Part = (type: () => new () => object) => applyDecorators(IsObject(), ValidateNested(), Type(type));
const ELEMENT = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

export class ItemSourceDto implements ItemSource {
  /** A standard data element. */
  @Matches(ELEMENT) elementId: string;
  @OneOf(ITEM_SOURCES) how: ItemSource['how'];
  /** One of the element's populations; everybody where it is left out. */
  @Given() @Matches(ELEMENT) population?: string;
  /** Six digits of GB/T 2260; the department's own region where it is left out. */
  @Given() @Matches(/^[1-9]\d{5}$/) regionCode?: string;
  @Given() @Matches(/^\d{6,12}-\d{1,12}$/) fromId?: string;
}

export class ItemDto implements Item {
  @Text(64) code: string;
  @Text(ITEM_LIMITS.name) name: string;
  @OneOf(ITEM_TYPES) type: ItemType;
  @Given() @Text(8) length?: string;
  @IsBoolean() key = false;
  @IsBoolean() required = false;
  @IsBoolean() sensitive = false;
  @IsBoolean() queryable = false;
  @Given()
  @IsArray()
  @ArrayMaxSize(ITEM_LIMITS.codeList)
  @IsString({ each: true })
  @MaxLength(ITEM_LIMITS.codeValue, { each: true })
  codeList?: string[];
  @Given() @Part(() => ItemSourceDto) source?: ItemSourceDto;
}

export class LegalBasisDto implements content.LegalBasis {
  @Text(200) law: string;
  @Text(100) article: string;
  @Text(100) documentNumber: string;
  @IsOptional() @Matches(/^[0-9a-f]{64}$/) attachmentDigest: string | null = null;
}

export class GoverningRuleDto implements content.GoverningRule {
  @Text(200) title: string;
  @Text(100) documentNumber: string;
  @Text(500) wayOfSharing: string;
  @Text(200) contact: string;
}

/** What an entry says; a field left out stays as it is. */
export class ReviseEntryDto implements content.ContentChange {
  @Given() @Matches(CLASS_FORM) classification?: string;
  @Given() @Text(200) name?: string;
  @Emptied(300) nameEn?: string | null;
  @Emptied(18) providerCode?: string | null;
  @Emptied(2000) abstract?: string | null;
  @IsOptional() @OneOf(content.FORMAT_CATEGORIES) formatCategory?: content.Content['formatCategory'];
  @Given()
  @IsArray()
  @ArrayMaxSize(ITEM_LIMITS.items)
  @ValidateNested({ each: true })
  @Type(() => ItemDto)
  items?: ItemDto[];
  @Given() @OneOf(content.SHARING_TYPES) sharingType?: content.Content['sharingType'];
  @Emptied(1000) sharingCondition?: string | null;
  @Emptied(1000) sensitivityReason?: string | null;
  @IsOptional() @Part(() => LegalBasisDto) legalBasis?: LegalBasisDto | null;
  @Given()
  @IsArray()
  @ArrayUnique()
  @IsIn([...content.SHARING_METHODS], { each: true })
  sharingMethods?: content.Content['sharingMethods'][number][];
  @IsOptional() @OneOf(content.DELIVERY_MODES) deliveryMode?: content.Content['deliveryMode'];
  @Given() @IsBoolean() openToSociety?: boolean;
  @Emptied(1000) opennessCondition?: string | null;
  @IsOptional() @OneOf(UPDATE_CYCLES) updateCycle?: content.Content['updateCycle'];
  @IsOptional() @OneOf(content.UPDATE_MODES) updateMode?: content.Content['updateMode'];
  @Emptied(500) monthlyConfirmation?: string | null;
  @Given()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(CODE_FORM, { each: true })
  relatedCodes?: string[];
  @IsOptional() @OneOf(content.DATA_LEVELS) dataLevel?: content.Content['dataLevel'];
  @IsOptional() @OneOf(content.PERSONAL_INFO) personalInfo?: content.Content['personalInfo'];
  @Emptied(1000) dutyBasis?: string | null;
  @IsOptional() @OneOf(content.ORIGINS) origin?: content.Content['origin'];
  @Given()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(/^\d{6,12}-\d{1,12}$/, { each: true })
  derivedFrom?: string[];
  @IsOptional() @OneOf(content.SPECIAL_REGIMES) specialRegime?: content.Content['specialRegime'];
  @IsOptional() @Part(() => GoverningRuleDto) governingRule?: GoverningRuleDto | null;
  @Given() @IsBoolean() matterNumberPerSubject?: boolean;
  @Given() @OneOf(content.METADATA_VISIBILITIES) metadataVisibility?: content.Content['metadataVisibility'];
}

export class DraftEntryDto extends ReviseEntryDto {
  /** Classification and sequence number: `203000/000001`. The platform gives the next of its class where none is named. */
  @Given() @Matches(CODE_FORM) resourceCode?: string;
  @Needed() declare classification: string;
  @Needed() declare name: string;
}

export class SecrecyReviewDto implements SecrecyReview {
  @Text(100) reviewer: string;
  @Text(200) unit: string;
  @Day() date: string;
  @OneOf(SECRECY_CONCLUSIONS) conclusion: SecrecyReview['conclusion'];
}

/** An act that needs no more words: whatever field is sent is one too many. */
export class ActDto {
  @IsEmpty() private readonly none?: undefined;
}

export class StricterClassDto implements StricterClass {
  @Text(2000) narrative: string;
  @Part(() => LegalBasisDto) basis: LegalBasisDto;
}

export class SubmissionDto implements SaidOfEffects {
  /** Of the list of affected grants, as `…/revision/effects` told it: needed where there are any. */
  @Given() @Matches(/^[0-9a-f]{64}$/) effectsDigest?: string;
  /** The law by which the next version is of a stricter class than the published one. */
  @Given() @Part(() => StricterClassDto) stricterClass?: StricterClassDto;
}

export class ApprovalDto {
  @IsString() @MaxLength(2000) remarks = '';
  /** The legal basis was examined: needed for what is not shared. */
  @Given() @IsBoolean() basisExamined?: boolean;
  /** The rule of the special regime governs this resource: needed where one is named. */
  @Given() @IsBoolean() regimeConfirmed?: boolean;
  /** Consent to a stricter class than the published one, with its reason under remarks. */
  @Given() @IsBoolean() stricterClassConsented?: boolean;
}

export class FieldRemarkDto implements FieldRemark {
  /** JSON pointer into the entry, the name of a field or the guide's name; an item by code, name or position. */
  @Text(REMARK_LIMITS.field) field: string;
  @Text(REMARK_LIMITS.remark) @MinLength(2) remark: string;
}

export class ReturnDto {
  /** What the department has to mend. */
  @Text(2000) @MinLength(2) remarks: string;
  @IsArray()
  @ArrayMaxSize(REMARK_LIMITS.remarks)
  @ValidateNested({ each: true })
  @Type(() => FieldRemarkDto)
  fieldRemarks: FieldRemarkDto[] = [];
}

export class WithdrawalDto {
  @IsIn(['MISUSE', 'DUTY_ENDED', 'STATUTORY']) ground: Withdrawal['ground'];
  @Text(2000) narrative: string;
  @IsOptional() @Part(() => LegalBasisDto) basis: LegalBasisDto | null = null;
  /** From when on, with notice to who uses it; at once where it is left out. */
  @IsOptional() @Moment() effectiveAt: string | null = null;
}

export class AnswerDto {
  /** Told to the provider. */
  @Text(2000) @MinLength(2) reason: string;
}

const VersionNumber = () =>
  applyDecorators(
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(1_000_000),
  );

export class VersionParams {
  @IsString() id: string;
  @VersionNumber() version: number;
}

export class DifferenceQuery {
  /** The version that is compared with; it may be the later one. */
  @VersionNumber() from: number;
}

export class ListEntriesQuery extends PageQuery {
  @Given() @Text(100) q?: string;
  @Given() @Matches(/^[a-z0-9-]{1,64}$/) providerId?: string;
  @Given() @OneOf(content.SHARING_TYPES) sharingType?: content.Content['sharingType'];
  @Given() @OneOf(ENTRY_STATUSES) status?: EntryStatus;
  /** A class with those below it. */
  @Given() @Matches(CLASS_FORM) classification?: string;
}
