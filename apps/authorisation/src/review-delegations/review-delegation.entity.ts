import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { ReviewDelegation } from './domain/review-delegation';

@Entity('review_delegation')
export class ReviewDelegationRow implements ReviewDelegation {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('jsonb', { name: 'resource_ids' }) resourceIds: readonly string[];
  @Column('text', { name: 'delegate_id' }) delegateId: string;
  @Column('text', { name: 'officer_id', nullable: true }) officerId: string | null;
  @Column('jsonb') period: ReviewDelegation['period'];
  @Column('text') reason: string;
  @Column('text', { name: 'delegated_by' }) delegatedBy: string;
  @Column(instant('delegated_at')) delegatedAt: string;
  @Column('jsonb', { nullable: true }) end: ReviewDelegation['end'];
  @Column('integer') revision: number;
}
