import { ENTRY_CLOCK_KINDS, ENTRY_CLOCK_STATES, type EntryClockKind, type EntryClockState } from '@qiongtong/contracts';
import { Day, PageQuery } from '@qiongtong/platform';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

export class NoticedChangeDto {
  /** The day on which it was noticed, `YYYY-MM-DD`, in the province. */
  @Day() noticedOn: string;
  /** What is no longer as the entry says. */
  @IsString() @Matches(/\S/) @MaxLength(2000) what: string;
}

export class ExtensionDto {
  @IsInt() @Min(1) @Max(60) workingDays: number;
  @IsString() @Matches(/\S/) @MaxLength(2000) reason: string;
}

export class ConfirmationDto {
  /** The published version that was looked at. */
  @IsInt() @Min(1) @Max(1_000_000) version: number;
}

export class ClocksQuery extends PageQuery {
  @IsOptional() @IsIn([...ENTRY_CLOCK_KINDS]) kind?: EntryClockKind;
  @IsOptional() @IsIn([...ENTRY_CLOCK_STATES]) state?: EntryClockState;
}
