import { PageQuery } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

export class ChangesQuery extends PageQuery {
  /** Seconds to wait for a change where there is none. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(25)
  wait = 0;
}
