import { REGION_CODE, Slug, Text } from './fields';
import { PlatformConfig } from '@qiongtong/platform';
import { Matches, ValidateIf } from 'class-validator';

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
}
