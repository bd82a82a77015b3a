import { IsBoolean, IsOptional, Matches, ValidateIf } from 'class-validator';
import { Flag } from '../http/validation';
import type { KafkaIdentity } from '../messaging/security';

/** Who a process is to the broker. Without a user it comes without a name, as on the embedded one. */
export class KafkaIdentityConfig implements KafkaIdentity {
  /** SCRAM-SHA-512 user of this service at the broker; none at a broker that asks for no name. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,249}$/)
  KAFKA_USERNAME?: string;

  /** File with the password of `KAFKA_USERNAME`. */
  @ValidateIf((config: KafkaIdentityConfig) => config.KAFKA_USERNAME !== undefined)
  @Matches(/^\//)
  KAFKA_PASSWORD_FILE?: string;

  /** `true` where the broker speaks TLS. */
  @Flag()
  @IsBoolean()
  KAFKA_TLS = false;

  /** PEM of the authorities that the broker's certificate must come from; those of the system where absent. */
  @IsOptional()
  @Matches(/^\//)
  KAFKA_CA_FILE?: string;
}
