import { applyDecorators } from '@nestjs/common';
import { Given, PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { CODE } from './data-elements.dto';
import { ASSIGNMENT_STATUSES, type AssignmentStatus, type Terms } from './domain/assignment';
import { EVERYBODY } from './domain/data-element';

const Text = (longest: number) => applyDecorators(IsString(), Matches(/\S/), MaxLength(longest));
/** Six digits of GB/T 2260: a region with all that lies in it. */
const Region = () => Matches(/^[1-9]\d{5}$/);

class TermsDto implements Terms {
  @Matches(CODE) elementId: string;
  /** One of the element's populations. */
  @Matches(CODE) population: string = EVERYBODY.code;
  @Region() regionCode: string;
  /** What the collecting department has to do. */
  @Text(2000) duties: string;
}

export class ProposeAssignmentDto extends TermsDto {
  @Text(2000) reason: string;
}

export class AssignDto extends TermsDto {
  @Matches(CODE) departmentId: string;
  @Text(100) documentNumber: string;
  @Text(2000) reason: string;
}

export class DecidingDto {
  /** Of the decision (文号). */
  @Text(100) documentNumber: string;
  @Text(2000) reason: string;
}

export class SupersedeDto extends DecidingDto {
  @Matches(CODE) departmentId: string;
  /** As before where it is left out. */
  @IsOptional() @Text(2000) duties: string | null = null;
}

export class RejectProposalDto {
  @Text(2000) reason: string;
}

export class ListAssignmentsQuery extends PageQuery {
  @Given() @Matches(CODE) elementId?: string;
  @Given() @Matches(CODE) departmentId?: string;
  @Given() @Region() regionCode?: string;
  @Given() @IsIn([...ASSIGNMENT_STATUSES]) status?: AssignmentStatus;
}
