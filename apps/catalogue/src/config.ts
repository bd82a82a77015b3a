import { PlatformConfig } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsUrl, Matches, Max, Min, NotEquals, ValidateIf } from 'class-validator';

/** Where the demo's gateway is. */
const EMBEDDED_URL = 'http://127.0.0.1:8080';

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

  /**
   * Where the platform is reached from outside, without a slash at its end. The IRIs of the catalogue begin with it, and
   * other catalogues keep them: once chosen it stays.
   */
  @ValidateIf((config: CatalogueConfig) => config.MODE === 'production' || config.PUBLIC_URL !== EMBEDDED_URL)
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  @Matches(/[^/]$/)
  @NotEquals(EMBEDDED_URL)
  PUBLIC_URL = EMBEDDED_URL;
}
