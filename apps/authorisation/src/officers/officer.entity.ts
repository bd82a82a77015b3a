import type { Appointment } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Officer } from './domain/officer';

@Entity('officer')
export class OfficerRow implements Officer {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('text') status: Officer['status'];
  @Column('jsonb') appointments: readonly Appointment[];
  @Column('text', { name: 'registered_by' }) registeredBy: string;
  @Column('integer') revision: number;
  @Column(instant('updated_at')) updatedAt: string;
}
