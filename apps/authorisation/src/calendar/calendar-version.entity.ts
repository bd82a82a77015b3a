import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { CalendarVersion } from './domain/calendar-version';

@Entity('calendar_version')
export class CalendarVersionRow implements CalendarVersion {
  @PrimaryColumn('text') id: string;
  @Column('integer') year: number;
  @Column('integer') version: number;
  @Column('integer') edition: number;
  @Column('jsonb') holidays: readonly string[];
  @Column('jsonb', { name: 'make_up_days' }) makeUpDays: readonly string[];
  @Column('text') source: string;
  @Column('text') reason: string;
  @Column('text', { name: 'published_by' }) publishedBy: string;
  @Column(instant('published_at')) publishedAt: string;
  @Column('jsonb') moved: CalendarVersion['moved'];
  @Column(instant('recounted_at', { nullable: true })) recountedAt: string | null;
}
