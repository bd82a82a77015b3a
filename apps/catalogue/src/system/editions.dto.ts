import { PageQuery } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { CLASS_FORM } from './domain/class-code';

export class EditionParams {
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000_000) number: number;
}

export class ClassesQuery extends PageQuery {
  /** Only this class and those below it. */
  @IsOptional() @Matches(CLASS_FORM) under?: string;
}
