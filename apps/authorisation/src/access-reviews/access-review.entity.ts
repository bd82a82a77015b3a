import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { AccessReview } from './domain/access-review';

@Entity('access_review')
export class AccessReviewRow implements AccessReview {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text') status: AccessReview['status'];
  @Column(instant('opened_at')) openedAt: string;
  @Column(instant('due_at')) dueAt: string;
  @Column('jsonb') items: AccessReview['items'];
  @Column('jsonb') reminders: AccessReview['reminders'];
  @Column(instant('overdue_at', { nullable: true })) overdueAt: string | null;
  @Column(instant('completed_at', { nullable: true })) completedAt: string | null;
  /** When it is looked at next, whether something is due or only gone: for the schedule alone. */
  @Column(instant('next_look_at', { nullable: true, select: false })) nextLookAt?: string | null;
  @Column('integer') revision: number;
}
