import { PlatformConfig } from '@qiongtong/platform';
import { ValidateIf } from 'class-validator';

export class CatalogueConfig extends PlatformConfig {
  /** Not optional here. */
  @ValidateIf(() => true)
  declare DATABASE_URL: string;
}
