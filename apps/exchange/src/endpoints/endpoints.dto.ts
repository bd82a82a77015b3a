import { PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import type { CircuitPhase } from '../channel/domain/circuit';
import { ENDPOINT_STATUSES, type EndpointStatus } from './domain/endpoint';

export class EndpointDto {
  /** The base address at a listed node; the contract's paths come after it. */
  @IsString()
  @Length(1, 500)
  url: string;

  @IsIn(ENDPOINT_STATUSES)
  status: EndpointStatus;
}

export class EndpointsQuery extends PageQuery {
  /** Only endpoints in this phase, e.g. those that rest. */
  @IsOptional()
  @IsIn(['CLOSED', 'OPEN', 'HALF_OPEN'])
  circuit?: CircuitPhase;
}
