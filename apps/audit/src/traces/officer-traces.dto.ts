import { ApiProperty } from '@nestjs/swagger';
import { TOUCH_KINDS, type TouchKind } from './domain/touched';

const HOW = ['did', 'asserted', 'named'] as const;

class TouchedView {
  @ApiProperty({ description: 'Index of the entry in the log' }) readonly entry: number;
  @ApiProperty({ description: 'Where the entry is with its proof' }) readonly proof: string;
  @ApiProperty({ example: 'authorisation.grant-issued.v1' }) readonly type: string;
  @ApiProperty({ enum: TOUCH_KINDS }) readonly kind: TouchKind;
  @ApiProperty({
    enum: HOW,
    description:
      'Did it; did it as a system asserts, with no token of their own; or is named in what somebody else did',
  })
  readonly how: (typeof HOW)[number];
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty({ description: 'Id of what it was done to' }) readonly about: string;
  @ApiProperty({ type: String, nullable: true }) readonly departmentId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly systemId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly resourceId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly grantId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly decisionId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly purpose: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly matterNumber: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What came of a use' }) readonly outcome: string | null;
}

export class OfficerTraceView {
  @ApiProperty() readonly officerId: string;
  @ApiProperty({ type: [TouchedView], description: 'In the order of the log' }) readonly items: readonly TouchedView[];
  @ApiProperty({ description: 'Entries before this index have been searched; newer ones follow within seconds' })
  readonly searchedTo: number;
  @ApiProperty({ type: String, nullable: true }) readonly next: string | null;
}
