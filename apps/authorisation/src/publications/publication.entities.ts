import type { Mask, ReleaseForm, RowFilter } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Permit } from './domain/permit';
import type { PublicationRequest } from './domain/publication-request';

@Entity('publication_request')
export class PublicationRequestRow implements PublicationRequest {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text', { name: 'requester_id' }) requesterId: string;
  @Column('text', { name: 'grant_id', nullable: true }) grantId: string | null;
  @Column('jsonb') asked: PublicationRequest['asked'];
  @Column('jsonb') origins: readonly string[];
  @Column('jsonb') deciders: readonly string[];
  @Column('jsonb') consents: PublicationRequest['consents'];
  @Column('text') status: PublicationRequest['status'];
  @Column('text', { name: 'requested_by' }) requestedBy: string;
  @Column(instant('requested_at')) requestedAt: string;
  @Column('jsonb', { nullable: true }) rejection: PublicationRequest['rejection'];
  @Column('text', { name: 'permit_id', nullable: true }) permitId: string | null;
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}

@Entity('publication_permit')
export class PermitRow implements Permit {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'request_id' }) requestId: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text', { name: 'publisher_id' }) publisherId: string;
  @Column('text', { name: 'grant_id', nullable: true }) grantId: string | null;
  @Column('jsonb') origins: readonly string[];
  @Column('jsonb') deciders: readonly string[];
  @Column('text') title: string;
  @Column('text') purpose: string;
  @Column('jsonb') forms: readonly ReleaseForm[];
  @Column('jsonb') items: readonly string[];
  @Column('jsonb', { name: 'row_filter', nullable: true }) rowFilter: RowFilter | null;
  @Column('jsonb') mask: Mask;
  @Column('jsonb') period: Permit['period'];
  @Column('text') status: Permit['status'];
  @Column('jsonb', { nullable: true }) withdrawal: Permit['withdrawal'];
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
  @Column(instant('issued_at')) issuedAt: string;
  @Column('text', { name: 'issued_by' }) issuedBy: string;
}
