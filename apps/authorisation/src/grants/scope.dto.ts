import {
  ACTIONS,
  MASK_RULES,
  type Action,
  type Limits,
  type Mask,
  type RowFilter,
  type ScopeOfKnowledge,
} from '@qiongtong/contracts';
import { Given } from '@qiongtong/platform';
import { applyDecorators } from '@nestjs/common';
import { IsInt, IsObject, Max, Min, ValidateBy } from 'class-validator';
import { Instant, Slugs, Texts } from '../fields';

/** Every way to take data out; pushing is no use of it. */
export const GRANT_ACTIONS = ACTIONS.filter((action) => action !== 'push');
export type GrantAction = Action;

const MOST_ITEMS = 500;
export const ItemCodes = (least = 1) => Texts(MOST_ITEMS, 64, least);

export class ScopeOfKnowledgeDto implements ScopeOfKnowledge {
  @Texts(50, 100) units: string[] = [];
  @Texts(50, 100) posts: string[] = [];
  @Slugs(200) officers: string[] = [];
}

export class PeriodDto {
  @Instant() from: string;
  /** Exclusive. */
  @Instant() until: string;
}

const Count = () => applyDecorators(Given(), IsInt(), Min(1), Max(1_000_000_000));
export class LimitsDto implements Limits {
  @Count() rowsPerRequest?: number;
  @Count() requestsPerMinute?: number;
  @Count() rowsPerDay?: number;
}

/** Item code → rule. */
export const MaskMap = () =>
  ValidateBy({
    name: 'isMask',
    validator: {
      validate: (value) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MOST_ITEMS &&
        Object.values(value).every((rule) => (MASK_RULES as readonly unknown[]).includes(rule)),
      defaultMessage: () => `$property must map item codes to ${MASK_RULES.join(', ')}`,
    },
  });
/** Its grammar is checked against the items of the resource. */
export const RowFilterExpression = () => IsObject();
export type { Mask, RowFilter };
