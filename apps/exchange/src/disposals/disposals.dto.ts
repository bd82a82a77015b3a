import { IsString, MaxLength, MinLength } from 'class-validator';

export class ReasonDto {
  @IsString()
  @MinLength(2)
  @MaxLength(500)
  reason: string;
}

export class OrderDto extends ReasonDto {
  /** The rule of law by which the data are deleted before their retention is over. */
  @IsString()
  @MinLength(2)
  @MaxLength(500)
  basis: string;
}
