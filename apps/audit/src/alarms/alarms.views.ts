import { ApiProperty } from '@nestjs/swagger';
import { ALARM_KINDS, type AlarmKind } from '@qiongtong/contracts';
import { ALARM_STATUSES, type AlarmStatus } from './alarms.dto';

class TextView {
  @ApiProperty() readonly zh: string;
  @ApiProperty() readonly en: string;
}

export class AlarmView {
  @ApiProperty({ description: 'Also the key of its entries in the log: `GET /v1/audit/entries?key=`' })
  readonly alarmId: string;
  @ApiProperty({ enum: ALARM_KINDS }) readonly kind: AlarmKind;
  @ApiProperty({ enum: ALARM_STATUSES }) readonly status: AlarmStatus;
  @ApiProperty({
    description: 'A sequence of numbers, a boot of a gateway, a clock, the sealer; there is one open alarm for each',
  })
  readonly subject: string;
  @ApiProperty({ format: 'date-time', description: 'From when on that was so' }) readonly since: string;
  @ApiProperty({ format: 'date-time' }) readonly raisedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly closedAt: string | null;
  @ApiProperty({ type: Object, description: 'What was seen when it was looked last; at most twenty of anything' })
  readonly found: Readonly<Record<string, unknown>>;
  @ApiProperty({ type: Object, nullable: true, description: 'By what it is seen that it has healed' })
  readonly evidence: Readonly<Record<string, unknown>> | null;
  @ApiProperty() readonly meaning: TextView;
  @ApiProperty() readonly whatToDo: TextView;
}

export class AlarmPageView {
  @ApiProperty({ type: [AlarmView], description: 'Newest first' }) readonly items: readonly AlarmView[];
  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page' }) readonly next: string | null;
}
