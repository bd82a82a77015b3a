import type { Action, Limits, Mask, RowFilter, ScopeOfKnowledge } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Grant } from './domain/grant';

@Entity('sharing_grant')
export class GrantRow implements Grant {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'parent_id', nullable: true }) parentId: string | null;
  @Column('text', { name: 'root_id' }) rootId: string;
  @Column('integer') depth: number;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text', { name: 'holder_id' }) holderId: string;
  @Column('text', { name: 'recipient_owner_id', nullable: true }) recipientOwnerId: string | null;
  @Column('text') status: Grant['status'];
  @Column('jsonb') items: readonly string[];
  @Column('jsonb', { name: 'row_filter', nullable: true }) rowFilter: RowFilter | null;
  @Column('jsonb') mask: Mask;
  @Column('jsonb') actions: readonly Action[];
  @Column('jsonb') purposes: readonly string[];
  @Column('text', { name: 'matter_number' }) matterNumber: Grant['matterNumber'];
  @Column('jsonb', { name: 'scope_of_knowledge' }) scopeOfKnowledge: ScopeOfKnowledge;
  @Column('jsonb') systems: readonly string[];
  @Column('jsonb') period: Grant['period'];
  @Column('jsonb') limits: Limits;
  @Column('jsonb') origin: Grant['origin'];
  @Column('jsonb', { nullable: true }) suspension: Grant['suspension'];
  @Column('jsonb', { nullable: true }) amendment: Grant['amendment'];
  @Column('jsonb', { nullable: true }) revocation: Grant['revocation'];
  @Column('jsonb') proposals: Grant['proposals'];
  @Column(instant('unconfirmed_at', { nullable: true })) unconfirmedAt: string | null;
  @Column('jsonb', { nullable: true }) renewal: Grant['renewal'];
  @Column('jsonb') review: Grant['review'];
  @Column('jsonb', { nullable: true }) disposal: Grant['disposal'];
  /** When time does something to it next: for the schedule alone. */
  @Column(instant('next_due_at', { nullable: true, select: false })) nextDueAt?: string | null;
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
  @Column(instant('issued_at')) issuedAt: string;
  @Column('text', { name: 'issued_by' }) issuedBy: string;
}
