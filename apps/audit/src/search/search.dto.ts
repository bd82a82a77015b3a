import { Moment, PageQuery } from '@qiongtong/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';

export const EFFECTS = ['permit', 'deny', 'indeterminate'] as const;

export class SearchQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Id of anything an entry names: a grant, an application, a resource, a use' })
  @IsOptional()
  @IsString()
  @Length(1, 300)
  about?: string;

  @ApiPropertyOptional({ description: 'Officer or system that did it' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  actor?: string;

  @ApiPropertyOptional({ description: 'Organisation the entry concerns' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  organisation?: string;

  @ApiPropertyOptional({ example: 'social-aid.eligibility' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  purpose?: string;

  @ApiPropertyOptional({ description: 'Matter number' })
  @IsOptional()
  @IsString()
  @Length(1, 300)
  matter?: string;

  @ApiPropertyOptional({ enum: EFFECTS, description: 'What was decided' })
  @IsOptional()
  @IsIn(EFFECTS)
  effect?: (typeof EFFECTS)[number];

  @ApiPropertyOptional({ description: 'Code of a reason of a refusal' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  reason?: string;

  @ApiPropertyOptional({ description: 'Article on which a refusal rests' })
  @IsOptional()
  @Matches(/^\d{1,3}$/)
  article?: string;

  @ApiPropertyOptional({ example: 'authorisation.grant-issued.v1' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  type?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Sealed then or later' })
  @IsOptional()
  @Moment()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Sealed before then' })
  @IsOptional()
  @Moment()
  until?: string;
}

const FORMATS = ['ndjson', 'csv'] as const;

export class SearchExportQuery extends SearchQuery {
  @ApiPropertyOptional({ enum: FORMATS, default: 'ndjson' })
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number] = 'ndjson';
}
