import { ApiProperty } from '@nestjs/swagger';
import { PROBLEMS, type Problem } from './witness.store';

export class WitnessView {
  @ApiProperty() readonly name: string;
  @ApiProperty({ description: 'Its key: name, key hash and key, joined by +; compare it with what the witness says' })
  readonly key: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Entries of the log that it has signed last' })
  readonly size: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'That checkpoint, signed by the log and by the witness' })
  readonly checkpoint: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When it says that it signed' })
  readonly signedAt: string | null;
  @ApiProperty({
    enum: PROBLEMS,
    nullable: true,
    description:
      'DISAGREES: it has seen another past. AHEAD: it has seen more of this log than there is. Both are alarms',
  })
  readonly problem: Problem | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly problemSince: string | null;
}

export class WitnessesView {
  @ApiProperty({ type: [WitnessView] }) readonly witnesses: readonly WitnessView[];
}
