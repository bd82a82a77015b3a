import { applyDecorators } from '@nestjs/common';
import { Day, Given, PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { CODE } from './data-elements.dto';
import { EVERYBODY } from './domain/data-element';
import { END_STATES, WAIVER_STATUSES, type EndState, type WaiverStatus } from './domain/waiver';

const Text = (longest: number) => applyDecorators(IsString(), Matches(/\S/), MaxLength(longest));
const ENTRY_ID = /^\d{6,12}-\d{1,12}$/;

export class AskWaiverDto {
  @Matches(ENTRY_ID) entryId: string;
  @Matches(CODE) elementId: string;
  @Matches(CODE) population: string = EVERYBODY.code;
  /** Six digits of GB/T 2260; the department's own region where it is left out. */
  @Given() @Matches(/^[1-9]\d{5}$/) regionCode?: string;
  @Text(2000) reason: string;
  /** Last day: within a year. */
  @Day() until: string;
}

export class GrantWaiverDto {
  /** Of the decision (文号). */
  @Text(100) documentNumber: string;
  @Text(2000) reason: string;
  /** Last day: as asked for where it is left out. */
  @IsOptional() @Day() until: string | null = null;
}

export class RejectWaiverDto {
  @Text(2000) reason: string;
}

export class ListWaiversQuery extends PageQuery {
  @Given() @Matches(ENTRY_ID) entryId?: string;
  @Given() @IsIn([...WAIVER_STATUSES]) status?: WaiverStatus;
  /** Such as ENDED: what is collected twice without leave. */
  @Given() @IsIn([...END_STATES]) endState?: EndState;
}
