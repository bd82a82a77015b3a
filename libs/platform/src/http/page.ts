import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** `?limit=&cursor=` of a list. */
export class PageQuery {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @IsOptional()
  @IsString()
  @MaxLength(4096)
  cursor?: string;
}

/** `next` is the cursor of the following page, null after the last. */
export type Page<T> = Readonly<{ items: readonly T[]; next: string | null }>;
