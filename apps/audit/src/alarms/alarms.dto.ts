import { ApiPropertyOptional } from '@nestjs/swagger';
import { ALARM_KINDS, type AlarmKind } from '@qiongtong/contracts';
import { PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional } from 'class-validator';

export const ALARM_STATUSES = ['open', 'closed'] as const;
export type AlarmStatus = (typeof ALARM_STATUSES)[number];

export class AlarmQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ALARM_STATUSES })
  @IsOptional()
  @IsIn(ALARM_STATUSES)
  status?: AlarmStatus;

  @ApiPropertyOptional({ enum: ALARM_KINDS })
  @IsOptional()
  @IsIn(ALARM_KINDS)
  kind?: AlarmKind;
}
