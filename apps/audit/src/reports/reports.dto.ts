import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Day } from '@qiongtong/platform';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { DIMENSIONS, type Dimension } from './domain/uses';

const EFFECTS = ['permit', 'deny', 'indeterminate', 'aborted'] as const;
const FORMATS = ['json', 'csv'] as const;
const listOf = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.split(',').filter((name) => name !== '') : value;

export class UseReportQuery {
  @ApiProperty({ format: 'date', description: 'First day, in the time of China' })
  @Day()
  from: string;

  @ApiProperty({ format: 'date', description: 'The day after the last' })
  @Day()
  until: string;

  @ApiPropertyOptional({ description: 'Department that used' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  department?: string;

  @ApiPropertyOptional({ description: 'Resource that was used' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  resource?: string;

  @ApiPropertyOptional({ enum: EFFECTS })
  @IsOptional()
  @IsIn(EFFECTS)
  effect?: (typeof EFFECTS)[number];

  @ApiPropertyOptional({ example: '12', description: 'Articles of a refusal, all of them: 12, or 12,13' })
  @IsOptional()
  @Matches(/^\d{1,3}(,\d{1,3})*$/)
  article?: string;

  @ApiPropertyOptional({ example: 'social-aid.eligibility' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  purpose?: string;

  @ApiPropertyOptional({
    type: String,
    example: 'department,effect',
    description: `What is counted by, of ${DIMENSIONS.join(', ')}; by default all of them`,
  })
  @IsOptional()
  @Transform(listOf)
  @ArrayUnique()
  @IsIn(DIMENSIONS, { each: true })
  by: Dimension[] = [...DIMENSIONS];

  @ApiPropertyOptional({ enum: FORMATS, default: 'json' })
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number] = 'json';
}

export class ReportColumnView {
  @ApiProperty() readonly name: string;
  @ApiProperty({ description: 'In the language asked for' }) readonly title: string;
}

export class UseGroupView {
  @ApiPropertyOptional() readonly department?: string;
  @ApiPropertyOptional() readonly resource?: string;
  @ApiPropertyOptional() readonly effect?: string;
  @ApiPropertyOptional() readonly article?: string;
  @ApiPropertyOptional() readonly purpose?: string;
  @ApiProperty() readonly uses: number;
  @ApiProperty({ description: 'Rows that left' }) readonly rows: number;
}

export class UseReportView {
  @ApiProperty() readonly title: string;
  @ApiProperty({ format: 'date' }) readonly from: string;
  @ApiProperty({ format: 'date' }) readonly until: string;
  @ApiProperty({ description: 'Entries of the log before this index are counted' }) readonly countedTo: number;
  @ApiProperty({ type: [ReportColumnView] }) readonly columns: readonly ReportColumnView[];
  @ApiProperty({ type: [UseGroupView], description: 'Most uses first' }) readonly items: readonly UseGroupView[];
  @ApiProperty() readonly uses: number;
  @ApiProperty() readonly rows: number;
}
