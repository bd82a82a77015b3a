import { PlatformConfig } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';

export class CatalogueConfig extends PlatformConfig {
  /** Not optional here. */
  @ValidateIf(() => true)
  declare DATABASE_URL: string;

  /** Days between that the users of an entry are told of its withdrawal and that this takes effect, where it is set for later. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  WITHDRAWAL_NOTICE_DAYS = 30;
}
