import { applyDecorators } from '@nestjs/common';
import { Day, Given, PageQuery } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { CLASS_FORM } from './domain/class-code';

export class EditionParams {
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000_000) number: number;
}

export class ClassesQuery extends PageQuery {
  /** Only this class and those below it. */
  @IsOptional() @Matches(CLASS_FORM) under?: string;
}

const Text = (longest: number) => applyDecorators(IsString(), Matches(/\S/), MaxLength(longest));
const Parts = (type: () => new () => object, most: number) =>
  applyDecorators(Given(), IsArray(), ArrayMaxSize(most), ValidateNested({ each: true }), Type(type));

export class ProposalDto {
  @Text(200) title: string;
  /** Of the document that it is announced by. */
  @Text(100) documentNumber: string;
}

export class CodeRuleDto {
  /** A sequence number has this many digits, and more where it needs them. */
  @IsInt() @Min(6) @Max(9) sequenceDigits: number;
}

export class ClassDto {
  @Matches(CLASS_FORM) code: string;
  @Text(200) zh: string;
  @Text(200) en: string;
}

export class EndedClassDto {
  @Matches(CLASS_FORM) code: string;
  /** The class that takes its entries; null where none does, and they are reported. */
  @IsOptional() @Matches(CLASS_FORM) replacedBy: string | null = null;
}

export class FieldDto {
  @Text(64) field: string;
  @Given() @IsBoolean() required?: boolean;
  /** Characters; null where only the platform's own bound holds. */
  @IsOptional() @IsInt() @Min(1) @Max(10_000) longest?: number | null;
  /** Values that may be chosen; null where all may that the platform knows. */
  @IsOptional() @IsArray() @ArrayMaxSize(100) @ArrayUnique() @IsString({ each: true }) values?: string[] | null;
}

/** What is left out stays as it is. */
export class EditionChangeDto {
  @Given() @Text(200) title?: string;
  @Given() @Text(100) documentNumber?: string;
  @Given() @IsObject() @ValidateNested() @Type(() => CodeRuleDto) codeRule?: CodeRuleDto;
  /** New classes, and those called otherwise. */
  @Parts(() => ClassDto, 1000) classes?: ClassDto[];
  @Parts(() => EndedClassDto, 1000) ended?: EndedClassDto[];
  @Parts(() => FieldDto, 100) template?: FieldDto[];
}

export class AnnouncementDto {
  /** The first day on which it is in force: from ten days to two years after today. */
  @Day() effectiveOn: string;
}

export class EditionWithdrawalDto {
  @Text(2000) @MinLength(2) reason: string;
}
