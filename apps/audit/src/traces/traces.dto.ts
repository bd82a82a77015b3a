import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SLUG } from '@qiongtong/contracts';
import { Moment } from '@qiongtong/platform';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

export class GrantPath {
  @ApiProperty()
  @IsString()
  @Length(1, 200)
  grantId: string;
}

export class OfficerPath {
  @ApiProperty()
  @IsString()
  @Length(1, 200)
  officerId: string;
}

export class RecordTraceBody {
  @ApiProperty({ example: '203000-000001' })
  @Matches(SLUG)
  resourceId: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Each key item of the record by its code; or recordKey',
    example: { certNo: 'J460100-2014-000001' },
  })
  @IsOptional()
  @IsObject()
  keyItems?: Record<string, string>;

  @ApiPropertyOptional({ description: 'Values of the key items, percent-encoded, joined by ~' })
  @IsOptional()
  @IsString()
  @Length(1, 2_000)
  recordKey?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Moment()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Moment()
  to?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit = 100;

  @ApiPropertyOptional({ description: 'Of the page before, for the same question' })
  @IsOptional()
  @IsString()
  @Length(1, 4_096)
  cursor?: string;
}

export class QuarterView {
  @ApiProperty({ example: '2026Q4' }) readonly quarter: string;
  @ApiProperty() readonly traceable: boolean;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When the key of the quarter was destroyed, and every trace with it' }) // prettier-ignore
  readonly keyDestroyedAt: string | null;
}

class BatchRangeView {
  @ApiProperty() readonly from: number;
  @ApiProperty() readonly to: number;
}

export class TracedUseView {
  @ApiProperty({ type: Number, nullable: true, description: 'Index of the entry in the log; null when it has none' })
  readonly entry: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Where the entry is with its proof' })
  readonly proof: string | null;
  @ApiProperty({ description: 'Type of the entry, or delivery when there is none' }) readonly type: string;
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty({ type: String, nullable: true }) readonly decisionId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly deliveryId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly resourceId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly grantId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly departmentId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly systemId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly officerId: string | null;
  @ApiProperty({ description: 'The officer was named by the system, and not bound in the token' })
  readonly officerAsserted: boolean;
  @ApiProperty({ type: String, nullable: true }) readonly purpose: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly matterNumber: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly action: string | null;
  @ApiProperty({ type: [String], nullable: true, description: 'Codes of the items that left, where that is said' })
  readonly items: readonly string[] | null;
  @ApiProperty({
    description: 'released, release-started, aborted, sent (a feed), prepared (a file that was made), cut',
  })
  readonly outcome: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Rows of the delivery, this record among them' })
  readonly rows: number | null;
  @ApiProperty({ type: BatchRangeView, nullable: true, description: 'Batches the rows of the delivery came with' })
  readonly batches: Readonly<{ from: number; to: number }> | null;
  @ApiProperty({ description: 'False when the delivery was cut: then it is the most that can have left' })
  readonly exact: boolean;
}

export class ProgressView {
  @ApiProperty({ description: 'Chunks of long deliveries looked through so far' }) readonly looked: number;
  @ApiProperty({ description: 'Chunks there are in these quarters' }) readonly chunks: number;
}

export class RecordTraceView {
  @ApiProperty() readonly resourceId: string;
  @ApiProperty({ type: [QuarterView] }) readonly quarters: readonly QuarterView[];
  @ApiProperty({ type: [TracedUseView] }) readonly items: readonly TracedUseView[];
  @ApiProperty({ type: ProgressView }) readonly progress: ProgressView;
  @ApiProperty({ description: 'Entries of the log that the answer takes into account' }) readonly logSize: number;
  @ApiProperty({ type: String, nullable: true, description: 'Ask on with it until it is null; a page may be empty' })
  readonly next: string | null;
}
