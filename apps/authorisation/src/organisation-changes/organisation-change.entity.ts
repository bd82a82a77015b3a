import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Effect } from '@qiongtong/regulation';
import { instant } from '../rows';
import type { OrganisationChange } from './domain/organisation-change';

@Entity('organisation_change')
export class OrganisationChangeRow implements OrganisationChange {
  @PrimaryColumn('text') id: string;
  @Column('text') kind: OrganisationChange['kind'];
  @Column('jsonb', { name: 'organisation_ids' }) organisationIds: readonly string[];
  @Column('jsonb', { name: 'successor_ids' }) successorIds: readonly string[];
  @Column('jsonb') founded: OrganisationChange['founded'];
  @Column('text', { nullable: true }) name: string | null;
  @Column('jsonb') document: OrganisationChange['document'];
  @Column('text', { name: 'effective_on' }) effectiveOn: string;
  @Column('text', { name: 'remainder_to', nullable: true }) remainderTo: string | null;
  @Column('jsonb') resources: OrganisationChange['resources'];
  @Column('jsonb') duties: OrganisationChange['duties'];
  @Column('jsonb') systems: OrganisationChange['systems'];
  @Column('jsonb') officers: OrganisationChange['officers'];
  @Column('jsonb') grants: OrganisationChange['grants'];
  @Column('jsonb') applications: OrganisationChange['applications'];
  @Column('jsonb') withdrawals: OrganisationChange['withdrawals'];
  @Column('text') status: OrganisationChange['status'];
  @Column(instant('effective_at')) effectiveAt: string;
  @Column('text', { name: 'decided_by' }) decidedBy: string;
  @Column('text', { name: 'authority_id' }) authorityId: string;
  @Column(instant('decided_at')) decidedAt: string;
  @Column('jsonb', { nullable: true }) blocked: OrganisationChange['blocked'];
  @Column(instant('begun_at', { nullable: true })) begunAt: string | null;
  @Column(instant('ended_at', { nullable: true })) endedAt: string | null;
  @Column('text', { name: 'cancelled_by', nullable: true }) cancelledBy: string | null;
  @Column('integer') revision: number;
}

/** One line of the report. */
@Entity('organisation_change_effect')
export class OrganisationChangeEffectRow {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'change_id' }) changeId: string;
  @Column('text') thing: Effect['thing'];
  @Column('text', { name: 'thing_id' }) thingId: string;
  @Column('text') outcome: Effect['outcome'];
  @Column('text', { name: 'from_id' }) fromId: string;
  @Column('text', { name: 'to_id', nullable: true }) toId: string | null;
  @Column('text', { nullable: true }) because: Effect['because'];
  @Column(instant('at')) at: string;
}
