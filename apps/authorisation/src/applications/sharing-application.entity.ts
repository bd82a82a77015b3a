import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { SharingApplication } from './domain/sharing-application';

@Entity('sharing_application')
export class SharingApplicationRow implements SharingApplication {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'applicant_id' }) applicantId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text') status: SharingApplication['status'];
  @Column('jsonb') asked: SharingApplication['asked'];
  @Column('text', { name: 'submitted_by' }) submittedBy: string;
  @Column(instant('received_at')) receivedAt: string;
  @Column('jsonb') clock: SharingApplication['clock'];
  @Column('jsonb', { nullable: true }) decision: SharingApplication['decision'];
  @Column('text', { name: 'withdrawn_by', nullable: true }) withdrawnBy: string | null;
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}
