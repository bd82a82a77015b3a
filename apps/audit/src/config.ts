import { PlatformConfig } from '@qiongtong/platform';
import { IsNotEmpty, IsString, Matches } from 'class-validator';

export class AuditConfig extends PlatformConfig {
  @Matches(/^postgres(ql)?:\/\//)
  override DATABASE_URL: string;

  /** Name of the log in its checkpoints. A log keeps its name and its key for ever. */
  @Matches(/^[^\s+]{1,200}$/)
  LOG_ORIGIN = 'qiongtong/audit';

  /** PEM file of the Ed25519 key that signs checkpoints; in embedded mode it is made when it is not there. */
  @IsString()
  @IsNotEmpty()
  SIGNING_KEY_FILE: string;
}
