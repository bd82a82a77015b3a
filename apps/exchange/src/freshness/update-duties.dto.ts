import { PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { DutyState } from './domain/update-duty';

export class UpdateDutiesQuery extends PageQuery {
  @IsOptional()
  @IsIn(['ON_TIME', 'DUE_SOON', 'OVERDUE'])
  state?: DutyState;

  @IsOptional()
  @Matches(/^[a-z0-9-]{1,64}$/)
  providerId?: string;
}
