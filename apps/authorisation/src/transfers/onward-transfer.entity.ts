import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { OnwardTransfer } from './domain/onward-transfer';

@Entity('onward_transfer')
export class OnwardTransferRow implements OnwardTransfer {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'parent_grant_id', nullable: true }) parentGrantId: string | null;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text', { name: 'holder_id' }) holderId: string;
  @Column('jsonb') recipient: OnwardTransfer['recipient'];
  @Column('text') why: string;
  @Column('text') basis: string;
  @Column('jsonb') scope: OnwardTransfer['scope'];
  @Column('text') status: OnwardTransfer['status'];
  @Column('text', { name: 'requested_by' }) requestedBy: string;
  @Column(instant('requested_at')) requestedAt: string;
  @Column('jsonb', { nullable: true }) decision: OnwardTransfer['decision'];
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}
