import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SAMPLE_ROWS, SLUG } from '@qiongtong/contracts';
import { Moment } from '@qiongtong/platform';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import { ProgressView, QuarterView, TracedUseView } from './traces.dto';

export class SampleTraceBody {
  @ApiProperty({ example: '203000-000001' })
  @Matches(SLUG)
  resourceId: string;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    maxItems: SAMPLE_ROWS,
    description: 'Rows in the order in which they were found: a value of each item by its code, as far as it is there',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(SAMPLE_ROWS)
  @IsObject({ each: true })
  rows?: Record<string, string | number | boolean | null>[];

  @ApiPropertyOptional({ description: 'Or the same as a sheet whose first line names the items by their codes' })
  @IsOptional()
  @IsString()
  @Length(1, 1_000_000)
  csv?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Moment whose records rows without a key are looked for in; now when left out' }) // prettier-ignore
  @IsOptional()
  @Moment()
  asOf?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Deliveries from then on' })
  @IsOptional()
  @Moment()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Deliveries until then' })
  @IsOptional()
  @Moment()
  to?: string;

  @ApiPropertyOptional({ description: 'Of the answer before, for the same question' })
  @IsOptional()
  @IsString()
  @Length(1, 8_192)
  cursor?: string;
}

class SampleView {
  @ApiProperty({ description: 'Rows that differ' }) readonly given: number;
  @ApiProperty({ description: 'Those that tell a record: every delivery below holds all of them' })
  readonly used: number;
  @ApiProperty({ description: 'Those that are no record of that moment' }) readonly unknown: number;
  @ApiProperty({ description: 'Those that may be more than twenty records' }) readonly ambiguous: number;
  @ApiProperty({ type: [String] }) readonly items: readonly string[];
  @ApiProperty({ description: 'Under a key of the resource; the log names the sample by it and keeps no value' })
  readonly digest: string;
}

class SuspectView {
  @ApiProperty({ description: '1 is the most likely' }) readonly rank: number;
  @ApiProperty({ type: String, nullable: true }) readonly deliveryId: string | null;
  @ApiProperty({ format: 'date-time' }) readonly openedAt: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Rows of the whole delivery' }) readonly rows:
    number | null;
  @ApiProperty({ description: 'The most rows that stand one after the other as in the sample; in an order that has nothing to do with it, about twice the root of their number' }) // prettier-ignore
  readonly inOrder: number;
  @ApiProperty({
    description: 'Rows that stand right behind the one they follow in the sample; by chance, next to none',
  })
  readonly neighbours: number;
  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether it gave every item that the sample has; null where that is not known' }) // prettier-ignore
  readonly gaveItems: boolean | null;
  @ApiProperty({ type: [TracedUseView], description: 'Who got it, for what, and where that stands in the log' })
  readonly uses: readonly TracedUseView[];
}

export class SampleTraceView {
  @ApiProperty() readonly resourceId: string;
  @ApiProperty() readonly sample: SampleView;
  @ApiProperty({ type: [QuarterView] }) readonly quarters: readonly QuarterView[];
  @ApiProperty({ type: [SuspectView], description: 'The twenty that fit best of what was looked through so far' })
  readonly items: readonly SuspectView[];
  @ApiProperty({ description: 'Deliveries that hold all the rows, so far: how many it may be from' })
  readonly matching: number;
  @ApiProperty() readonly progress: ProgressView;
  @ApiProperty({ description: 'Entries of the log that the answer takes into account' }) readonly logSize: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Ask on with it until it is null; then the ranking is whole',
  })
  readonly next: string | null;
}
