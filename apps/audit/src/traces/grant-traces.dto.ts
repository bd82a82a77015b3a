import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Moment, PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional } from 'class-validator';
import type { GrantStatus } from './domain/grant-chain';
import { TracedUseView } from './traces.dto';

const STATUSES = [
  'ACTIVE',
  'SUSPENDED',
  'REVOKED',
  'RELINQUISHED',
  'EXPIRED',
] as const satisfies readonly GrantStatus[];
const OF = ['CHAIN', 'GRANT'] as const;

export class SpanQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Moment()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Moment()
  until?: string;
}

export class GrantUsesQuery extends SpanQuery {
  @ApiPropertyOptional({ enum: OF, default: 'CHAIN', description: 'Of all grants of the chain, or of this one alone' })
  @IsIn(OF)
  of: (typeof OF)[number] = 'CHAIN';
}

class GrantActView {
  @ApiProperty({ description: 'Index of the entry in the log' }) readonly entry: number;
  @ApiProperty({ description: 'Where the entry is with its proof' }) readonly proof: string;
  @ApiProperty({ example: 'authorisation.grant-suspended.v1' }) readonly type: string;
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty({ type: String, nullable: true, description: 'Officer, or platform' }) readonly by: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What the fact says besides: ground, period, dimensions, to whom' }) // prettier-ignore
  readonly told: Readonly<Record<string, unknown>>;
}

class UseCountView {
  @ApiProperty({ example: 'access.released.v1' }) readonly type: string;
  @ApiProperty({ type: String, nullable: true, example: 'query' }) readonly action: string | null;
  @ApiProperty({ description: 'released, release-started (a stream, closed by a record of its own), aborted, sent (a batch of a feed), prepared (a file), asked, refused' }) // prettier-ignore
  readonly outcome: string;
  @ApiProperty() readonly uses: number;
  @ApiProperty() readonly rows: number;
  @ApiProperty({ format: 'date-time' }) readonly firstAt: string;
  @ApiProperty({ format: 'date-time' }) readonly lastAt: string;
}

class ChainGrantView {
  @ApiProperty() readonly grantId: string;
  @ApiProperty({ type: String, nullable: true, description: 'The grant it was passed on out of' })
  readonly parentId: string | null;
  @ApiProperty({
    description: '0 for the grant asked about, 1 for what was passed on out of it, -1 for what it came of',
  })
  readonly generation: number;
  @ApiProperty({ type: String, nullable: true }) readonly resourceId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Now; former ones stand in the acts' })
  readonly providerId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Now; former ones stand in the acts' })
  readonly holderId: string | null;
  @ApiProperty({ enum: STATUSES }) readonly status: GrantStatus;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly issuedAt: string | null;
  @ApiProperty({ type: [GrantActView], description: 'In the order of the log' }) readonly acts: readonly GrantActView[];
  @ApiProperty({ type: [UseCountView], nullable: true, description: 'What left under it; null where that is not yours to know' }) // prettier-ignore
  readonly uses: readonly UseCountView[] | null;
}

export class GrantTraceView {
  @ApiProperty() readonly grantId: string;
  @ApiProperty({ type: [ChainGrantView], description: 'From the original grant to the last that was passed on' })
  readonly items: readonly ChainGrantView[];
  @ApiProperty({
    description: 'False when there are more than 500 grants or 5,000 acts, of which these are the nearest',
  })
  readonly complete: boolean;
  @ApiProperty({ description: 'Entries of the log that the answer takes into account' }) readonly logSize: number;
}

export class GrantUsesView {
  @ApiProperty({ type: [TracedUseView] }) readonly items: readonly TracedUseView[];
  @ApiProperty({ description: 'Entries of the log that the answer takes into account' }) readonly logSize: number;
  @ApiProperty({ type: String, nullable: true }) readonly next: string | null;
}
