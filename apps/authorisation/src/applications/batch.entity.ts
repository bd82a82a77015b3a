import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { ApplicationBatch } from './domain/batch';

@Entity('sharing_application_batch')
export class ApplicationBatchRow implements ApplicationBatch {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'applicant_id' }) applicantId: string;
  @Column('text', { name: 'submitted_by' }) submittedBy: string;
  @Column(instant('submitted_at')) submittedAt: string;
  @Column('jsonb') rows: ApplicationBatch['rows'];
}
