import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray } from 'class-validator';
import { RULE_LIMITS } from './domain/quality-rule';

export class QualityRulesDto {
  /** All rules of the resource; each is checked against the entry's items. */
  @ApiProperty({ type: 'array', maxItems: RULE_LIMITS.rules, items: { type: 'object', additionalProperties: true } })
  @IsArray()
  @ArrayMaxSize(RULE_LIMITS.rules)
  rules: unknown[];
}
