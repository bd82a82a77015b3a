import { applyDecorators } from '@nestjs/common';
import { SLUG } from '@qiongtong/contracts';
import { instantOf } from '@qiongtong/regulation';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsDefined,
  IsEmpty,
  IsIn,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** May be left out or null. */
export const Nullable = () => ValidateIf((_object, value) => value !== undefined && value !== null);

export const Text = (longest: number) => applyDecorators(IsString(), Matches(/\S/), MaxLength(longest));
export const Texts = (most: number, longest: number, least = 0) =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    ArrayUnique(),
    IsString({ each: true }),
    Matches(/\S/, { each: true }),
    MaxLength(longest, { each: true }),
  );
export const Slug = () => applyDecorators(IsString(), Matches(SLUG));
export const Slugs = (most: number, least = 0) =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    ArrayUnique(),
    IsString({ each: true }),
    Matches(SLUG, { each: true }),
  );
export const OneOf = (values: readonly string[]) => IsIn([...values]);
export const SomeOf = (values: readonly string[]) =>
  applyDecorators(IsArray(), ArrayMinSize(1), ArrayUnique(), IsIn([...values], { each: true }));
export const Part = (type: () => new () => object) =>
  applyDecorators(IsDefined(), IsObject(), ValidateNested(), Type(type));
export const Parts = (type: () => new () => object, most: number, least = 0) =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
  );

/** RFC 3339, or a plain date that begins at midnight in Hainan; kept as `toISOString` writes it, so that texts compare. */
export const Instant = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => {
      const at = typeof value === 'string' ? instantOf(value) : NaN;
      return Number.isNaN(at) ? value : new Date(at).toISOString();
    }),
    ValidateBy({
      name: 'isIso8601',
      validator: {
        validate: (value) => typeof value === 'string' && !Number.isNaN(instantOf(value)),
        defaultMessage: () => '$property must be a date or an RFC 3339 instant',
      },
    }),
  );

/** Codes of duties and of purposes under them: `social-aid` and `social-aid.eligibility`. */
export const DUTY_CODE = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const PURPOSE_CODE = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\.[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const REGION_CODE = /^[1-9]\d{5}$/;

/** An act that needs no more words: whatever field is sent is one too many. */
export class ActDto {
  @IsEmpty() private readonly none?: undefined;
}

export class RejectionDto {
  @Text(2000) reason: string;
}

/** The fields that were sent: a class instance has a key for each declared one. */
export const sent = <T extends object>(body: T): T =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as T;
