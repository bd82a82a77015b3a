import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { AccessApplication } from './domain/access-application';

@Entity('access_application')
export class AccessApplicationRow implements AccessApplication {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text') status: AccessApplication['status'];
  @Column('jsonb') pledge: AccessApplication['pledge'];
  @Column('text', { name: 'submitted_by' }) submittedBy: string;
  @Column(instant('submitted_at')) submittedAt: string;
  @Column('jsonb', { nullable: true }) decision: AccessApplication['decision'];
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}
