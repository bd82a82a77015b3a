import { applyDecorators } from '@nestjs/common';
import { UPDATE_CYCLES } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Matches, Max, MaxLength } from 'class-validator';
import { FORMAT_CATEGORIES, SHARING_TYPES } from '../entries/domain/content';
import { FRESHNESSES } from './domain/searched-entry';

const MOST_VALUES = 50;

/** Several values with commas between them: any of them. */
const Several = () =>
  applyDecorators(
    Given(),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
    IsArray(),
    ArrayMaxSize(MOST_VALUES),
    ArrayUnique(),
  );
const SeveralOf = (values: readonly string[]) => applyDecorators(Several(), IsIn([...values], { each: true }));
const SeveralLike = (form: RegExp) => applyDecorators(Several(), Matches(form, { each: true }));

export class SearchQuery extends PageQuery {
  /** All of it must be found. Chinese anywhere, English words and codes by their beginning, pinyin by its initials. */
  @Given()
  @IsString()
  @MaxLength(100)
  q?: string;

  @Max(100) declare limit: number;

  @SeveralLike(/^[a-z0-9-]{1,64}$/) department?: string[];
  /** A class with all its parts: `2`, `2-03`. */
  @SeveralLike(/^\d{1,3}(-\d{1,6}){0,5}$/) class?: string[];
  @SeveralOf(SHARING_TYPES) sharingType?: string[];
  @SeveralLike(/^\d{6}$/) region?: string[];
  @SeveralOf(UPDATE_CYCLES) updateCycle?: string[];
  @SeveralOf(FORMAT_CATEGORIES) format?: string[];
  /** How long ago it was published. */
  @SeveralOf(FRESHNESSES) freshness?: string[];
}
