import { Given } from '@qiongtong/platform';
import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsInt, Matches, Max, Min } from 'class-validator';
import { Text } from '../fields';

const Days = (most: number, least = 0) =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    ArrayUnique(),
    Matches(/^\d{4}-\d{2}-\d{2}$/, { each: true }),
  );

/** A notice gives a year about thirty days off and half a dozen weekend days to work. */
export class PublishCalendarDto {
  /** Days off, `YYYY-MM-DD`; weekends need not be listed. */
  @Days(60, 1) holidays: string[];
  /** Weekend days that are worked. */
  @Days(20) makeUpDays: string[];
  /** The notice: its title, number and date. */
  @Text(500) source: string;
  /** Why it is published, or what was wrong with the version before. */
  @Text(2000) reason: string;
}

export class CalendarChangesQuery {
  /** The version to compare with; left out, the one before. 0 is Monday to Friday. */
  @Given() @Type(() => Number) @IsInt() @Min(0) @Max(1_000_000) since?: number;
}
