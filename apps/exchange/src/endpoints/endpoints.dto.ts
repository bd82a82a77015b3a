import { IsIn, IsString, Length } from 'class-validator';
import { ENDPOINT_STATUSES, type EndpointStatus } from './domain/endpoint';

export class EndpointDto {
  /** The base address at a listed node; the contract's paths come after it. */
  @IsString()
  @Length(1, 500)
  url: string;

  @IsIn(ENDPOINT_STATUSES)
  status: EndpointStatus;
}
