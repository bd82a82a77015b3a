import { ACTIONS, ITEM_CODE, RECORD_QUERY_LIMITS, SLUG, type Action } from '@qiongtong/contracts';
import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const Slug = () => applyDecorators(IsOptional(), IsString(), Matches(SLUG));
const Items = () =>
  applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(RECORD_QUERY_LIMITS.fields),
    ArrayUnique(),
    Matches(ITEM_CODE, { each: true }),
  );

/** A use as it would be named; what is left out is the caller's own. */
export class ExplainDto {
  @IsString() @Matches(SLUG) resourceId: string;
  @IsIn([...ACTIONS]) action: Action;
  /** Items to return; left out for whatever is granted. */
  @Items() items?: string[];
  /** Items filtered or sorted on. */
  @Items() touchedItems?: string[];
  @IsOptional() @IsString() @MaxLength(260) purpose?: string;
  @IsOptional() @IsString() @MaxLength(128) matterNumber?: string;
  @Slug() systemId?: string;
  @Slug() officerId?: string;
  /** Whose use it would be; the caller's own department unless its authority or the provider asks. */
  @Slug() departmentId?: string;
  /** Where the system would call from; left out, from where it is registered. */
  @IsOptional() @IsString() @MaxLength(45) address?: string;
}
