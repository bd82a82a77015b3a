import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { SharingApplication } from './domain/sharing-application';

const json = (name: string) => ({ name, type: 'jsonb', nullable: true }) as const;
const text = (name: string) => ({ name, type: 'text', nullable: true }) as const;

@Entity('sharing_application')
export class SharingApplicationRow implements SharingApplication {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'applicant_id' }) applicantId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column(text('batch_id')) batchId: string | null;
  @Column('text') status: SharingApplication['status'];
  @Column('jsonb') asked: SharingApplication['asked'];
  @Column('text', { name: 'submitted_by' }) submittedBy: string;
  @Column(instant('received_at', { nullable: true })) receivedAt: string | null;
  @Column(json('clock')) clock: SharingApplication['clock'];
  @Column(json('rules')) rules: SharingApplication['rules'];
  @Column(text('rule_pack')) rulePack: string | null;
  @Column(json('supplement')) supplement: SharingApplication['supplement'];
  @Column(json('offer')) offer: SharingApplication['offer'];
  @Column(json('proposal')) proposal: SharingApplication['proposal'];
  @Column(json('extension')) extension: SharingApplication['extension'];
  @Column('jsonb', { name: 'grounds_not_consented' }) groundsNotConsented: readonly string[];
  @Column(json('decision')) decision: SharingApplication['decision'];
  @Column(json('refusal')) refusal: SharingApplication['refusal'];
  @Column(text('withdrawn_by')) withdrawnBy: string | null;
  @Column(instant('overdue_at', { nullable: true })) overdueAt: string | null;
  @Column(instant('next_step_at', { nullable: true })) nextStepAt: string | null;
  @Column('integer') revision: number;
}
