import { PlatformConfig } from '@qiongtong/platform';
import { IsString, MinLength } from 'class-validator';

export class CatalogueConfig extends PlatformConfig {
  @IsString()
  @MinLength(1)
  override DATABASE_URL!: string;
}
