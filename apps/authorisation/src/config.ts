import { REGION_CODE, Slug, Text } from './fields';
import { PlatformConfig } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';
import { REFUSAL_AUTHORITIES, type RefusalAuthority } from './organisations/domain/competence';

/** All or none: whoever names the first authority names its administrator. */
const Bootstrap = () =>
  ValidateIf((config: AuthorisationConfig) =>
    [
      config.BOOTSTRAP_ORGANISATION_ID,
      config.BOOTSTRAP_ORGANISATION_NAME,
      config.BOOTSTRAP_REGION,
      config.BOOTSTRAP_OFFICER_ID,
      config.BOOTSTRAP_OFFICER_NAME,
    ].some((value) => value !== undefined),
  );

export class AuthorisationConfig extends PlatformConfig {
  /** The first provincial authority, made at the first start; later starts leave what is registered alone. */
  @Bootstrap()
  @Slug()
  BOOTSTRAP_ORGANISATION_ID?: string;

  @Bootstrap()
  @Text(200)
  BOOTSTRAP_ORGANISATION_NAME?: string;

  /** Six digits of the province, e.g. 460000. */
  @Bootstrap()
  @Matches(REGION_CODE)
  BOOTSTRAP_REGION?: string;

  @Bootstrap()
  @Slug()
  BOOTSTRAP_OFFICER_ID?: string;

  @Bootstrap()
  @Text(100)
  BOOTSTRAP_OFFICER_NAME?: string;

  /** Which authority consents to a refusal: that of the provider's level, or always the provincial one. [R12.5] */
  @IsIn([...REFUSAL_AUTHORITIES])
  REFUSAL_AUTHORITY: RefusalAuthority = 'PROVIDER_LEVEL';

  /** The authority's own time to answer; the measures name none. [R12.8] */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60)
  AUTHORITY_CONSENT_WORKING_DAYS = 5;

  /** Hours after which an emergency measure lapses unless the authority confirmed it. [R10.4] */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  EMERGENCY_CONFIRM_HOURS = 72;

  /** Days that a department or the operator stops something for at most. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  STOP_LONGEST_DAYS = 30;
}
