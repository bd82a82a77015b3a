import type { Admission, Duty } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Organisation, RoleAssignment } from './domain/organisation';
import type { Contact, ResponsibleUnit } from './domain/responsible-unit';

@Entity('organisation')
export class OrganisationRow implements Organisation {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('text') type: Organisation['type'];
  @Column('text') level: Organisation['level'];
  @Column('text', { name: 'region_code' }) regionCode: string;
  @Column('text', { name: 'parent_id', nullable: true }) parentId: string | null;
  @Column('text') kind: Organisation['kind'];
  @Column('text') status: Organisation['status'];
  @Column('text', { name: 'credit_code', nullable: true }) creditCode: string | null;
  @Column('jsonb') roles: readonly RoleAssignment[];
  @Column('jsonb') duties: readonly Duty[];
  @Column('boolean', { name: 'has_responsible_unit' }) hasResponsibleUnit: boolean;
  @Column('text') admission: Admission;
  @Column('text', { name: 'pledge_version', nullable: true }) pledgeVersion: string | null;
  @Column(instant('pledge_valid_until', { nullable: true })) pledgeValidUntil: string | null;
  @Column(instant('suspended_until', { nullable: true })) suspendedUntil: string | null;
  @Column('jsonb', { name: 'former_names' }) formerNames: Organisation['formerNames'];
  @Column('jsonb', { name: 'successor_ids' }) successorIds: readonly string[];
  @Column(instant('ended_at', { nullable: true })) endedAt: string | null;
  @Column('integer') revision: number;
  @Column(instant('registered_at')) registeredAt: string;
  @Column(instant('updated_at')) updatedAt: string;
}

@Entity('responsible_unit')
export class ResponsibleUnitRow implements ResponsibleUnit {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text') name: string;
  @Column('text') head: string;
  @Column('jsonb') contacts: readonly Contact[];
  @Column('text', { name: 'duty_text' }) dutyText: string;
  @Column(instant('from')) from: string;
  @Column(instant('until', { nullable: true })) until: string | null;
  @Column('text', { name: 'appointment_document' }) appointmentDocument: string;
  @Column('text', { name: 'registered_by' }) registeredBy: string;
  @Column(instant('registered_at')) registeredAt: string;
}
