import { IsString, Matches } from 'class-validator';

export class RedemptionQuery {
  /** The secret of the link. */
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{1,200}$/)
  link: string;
}
