import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { StandingConsent } from './domain/standing-consent';

@Entity('standing_consent')
export class StandingConsentRow implements StandingConsent {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text') status: StandingConsent['status'];
  @Column('jsonb') items: StandingConsent['items'];
  @Column('jsonb', { name: 'row_filter', nullable: true }) rowFilter: StandingConsent['rowFilter'];
  @Column('jsonb') mask: StandingConsent['mask'];
  @Column('jsonb') actions: StandingConsent['actions'];
  @Column('jsonb') purposes: StandingConsent['purposes'];
  @Column('text', { name: 'matter_number' }) matterNumber: StandingConsent['matterNumber'];
  @Column('jsonb') applicants: StandingConsent['applicants'];
  @Column('text') conditions: string;
  @Column('jsonb') period: StandingConsent['period'];
  @Column('text', { name: 'registered_by' }) registeredBy: string;
  @Column(instant('registered_at')) registeredAt: string;
  @Column('jsonb', { nullable: true }) decision: StandingConsent['decision'];
  @Column('jsonb', { nullable: true }) withdrawal: StandingConsent['withdrawal'];
  @Column('integer') revision: number;
}
