import { PageQuery } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';

const MAX = Number.MAX_SAFE_INTEGER;

export class EntryQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'facts.authorisation' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  topic?: string;

  @ApiPropertyOptional({ example: 'authorisation.grant-issued.v1' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  type?: string;

  @ApiPropertyOptional({ description: 'Id of what the fact is about' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  key?: string;

  @ApiPropertyOptional({ description: 'Officer or system that did it' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  actor?: string;

  @ApiPropertyOptional({ description: 'Organisation the entry concerns' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  concerns?: string;
}

export class IndexPath {
  @ApiProperty({ minimum: 0 })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX)
  index: number;
}

export class DecisionPath {
  @ApiProperty()
  @IsString()
  @Length(1, 200)
  decisionId: string;
}

export class InclusionQuery extends IndexPath {
  @ApiPropertyOptional({ minimum: 1, description: 'Size of a signed checkpoint; the newest when left out' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX)
  size?: number;
}

export class ConsistencyQuery {
  @ApiProperty({ minimum: 0, description: 'Size of the older signed checkpoint' })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX)
  from: number;

  @ApiPropertyOptional({ minimum: 0, description: 'Size of the newer signed checkpoint; the newest when left out' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX)
  to?: number;
}
