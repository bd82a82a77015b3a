import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Agreement } from './domain/agreement';

@Entity('agreement')
export class AgreementRow implements Agreement {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'application_id' }) applicationId: string;
  @Column('integer') version: number;
  @Column('text', { nullable: true }) supersedes: string | null;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text', { name: 'applicant_id' }) applicantId: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'template_version' }) templateVersion: string;
  @Column('jsonb') text: Agreement['text'];
  @Column('text') digest: string;
  @Column('jsonb') scope: Agreement['scope'];
  @Column('jsonb', { nullable: true }) amendment: Agreement['amendment'];
  @Column('text') status: Agreement['status'];
  @Column('jsonb') acceptances: Agreement['acceptances'];
  @Column('jsonb', { name: 'printed_form', nullable: true }) printedForm: null;
  @Column(instant('drafted_at')) draftedAt: string;
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}
