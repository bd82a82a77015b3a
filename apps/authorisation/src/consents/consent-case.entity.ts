import type { ConsentKind, ConsentSubject, StatutoryBasis } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { ConsentCase } from './domain/consent-case';

@Entity('consent_case')
export class ConsentCaseRow implements ConsentCase {
  @PrimaryColumn('text') id: string;
  @Column('text') kind: ConsentKind;
  @Column('jsonb') subject: ConsentSubject;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text', { name: 'other_party_id' }) otherPartyId: string;
  @Column('text', { name: 'authority_id' }) authorityId: string;
  @Column('jsonb', { name: 'former_authorities' }) formerAuthorities: ConsentCase['formerAuthorities'];
  @Column('jsonb', { name: 'statutory_basis' }) statutoryBasis: readonly StatutoryBasis[];
  @Column('text') narrative: string;
  @Column('boolean') emergency: boolean;
  @Column('text') status: ConsentCase['status'];
  @Column('text', { name: 'proposed_by' }) proposedBy: string;
  @Column(instant('proposed_at')) proposedAt: string;
  @Column(instant('due_at')) dueAt: string;
  @Column('boolean') provisional: boolean;
  @Column('integer', { name: 'calendar_edition' }) calendarEdition: number;
  @Column('jsonb') moves: ConsentCase['moves'];
  @Column('integer', { name: 'working_days', nullable: true }) workingDays: number | null;
  @Column(instant('overdue_at', { nullable: true })) overdueAt: string | null;
  @Column('text', { name: 'escalated_to', nullable: true }) escalatedTo: string | null;
  @Column('jsonb', { nullable: true }) decision: ConsentCase['decision'];
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}
