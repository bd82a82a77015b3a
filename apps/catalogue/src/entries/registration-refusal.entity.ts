import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RegistrationRefusal } from './domain/registration-refusal';

@Entity('registration_refusal')
export class RegistrationRefusalRow {
  @PrimaryColumn('text') id: string;
  @Column('text') rule: RegistrationRefusal['rule'];
  @Column('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text', { name: 'refused_to' }) refusedTo: string;
  @Column('text', { name: 'entry_id', nullable: true }) entryId: string | null;
  @Column('boolean') wiped: boolean;
  @Column('timestamptz') at: Date;
}
