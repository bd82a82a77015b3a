import { REGION_CODE, Slug, Text } from './fields';
import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';
import { RuleChoices } from './rule-choices';

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

const Threshold = () =>
  applyDecorators(
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(1_000_000_000),
  );

/** `14,7,1`; empty for no reminder. */
const DaysBefore = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.split(',').filter(Boolean).map(Number) : value,
    ),
    IsInt({ each: true }),
    Min(1, { each: true }),
    Max(366, { each: true }),
    ArrayMaxSize(10),
  );

export class AuthorisationConfig extends RuleChoices {
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

  /** Days before the end of the grace period at which a department is reminded to pledge on the new text. [R11.2] */
  @DaysBefore()
  PLEDGE_REMINDER_DAYS: readonly number[] = [14, 7, 1];

  /** Months after which a department looks at its accesses again. [R8.5] */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(36)
  ACCESS_REVIEW_EVERY_MONTHS = 12;

  /** Days that it has for it. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(180)
  ACCESS_REVIEW_DAYS = 30;

  /** Days before their end at which it is reminded. */
  @DaysBefore()
  ACCESS_REVIEW_REMINDER_DAYS: readonly number[] = [14, 7, 1];

  /** Days that a department or the operator stops something for at most. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  STOP_LONGEST_DAYS = 30;

  /** Office hours in Hainan, `from-until` in whole hours; outside them, and on days off, bulk reads raise an alert. [R13.5] */
  @Matches(/^(\d|1\d|2[0-3])-(\d|1\d|2[0-4])$/)
  MISUSE_OFFICE_HOURS = '8-18';

  /** Rows within an hour outside office hours that raise an alert. */
  @Threshold()
  MISUSE_OFF_HOURS_ROWS = 20_000;

  /** Refused attempts outside the scope of knowledge within an hour. */
  @Threshold()
  MISUSE_BEYOND_SCOPE = 5;

  /** Subjects under one matter number within a day. */
  @Threshold()
  MISUSE_SUBJECTS_PER_MATTER = 20;

  /** Calls under a grant without a matter number within an hour. */
  @Threshold()
  MISUSE_WITHOUT_MATTER = 1_000;

  /** Refusals one after the other. */
  @Threshold()
  MISUSE_REFUSALS_IN_A_ROW = 30;

  /** Verifications answered by no within an hour. */
  @Threshold()
  MISUSE_VERIFIED_NO = 50;

  /** Attempts with a system's key from a connection that is not the system's within an hour. */
  @Threshold()
  MISUSE_KEY_ELSEWHERE = 3;

  /** Rows an hour below which no volume is unusual. */
  @Threshold()
  MISUSE_VOLUME_FLOOR_ROWS = 1_000;

  /** Weeks of a caller's own history without which no volume is unusual. */
  @Threshold()
  MISUSE_VOLUME_MINIMUM_WEEKS = 4;

  /** Standard deviations above the median of the same hour of the week. */
  @Threshold()
  MISUSE_VOLUME_DEVIATIONS = 6;

  /** Times the median that a volume must reach to be unusual, however even the history. */
  @Threshold()
  MISUSE_VOLUME_FACTOR = 2;

  /** Requests a minute that a caller has left while its alert slows it. */
  @Threshold()
  MISUSE_THROTTLE_PER_MINUTE = 30;

  /** Minutes an alert slows a caller for. */
  @Threshold()
  MISUSE_THROTTLE_MINUTES = 60;

  /** Transfers that may follow one another from a grant; 0 allows none. [R13.2] */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(8)
  TRANSFER_DEPTH_LIMIT = 3;
}
