import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Attestation, System } from './domain/system';

@Entity('system')
export class SystemRow implements System {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('text', { name: 'owner_id' }) ownerId: string;
  @Column('text', { name: 'department_id' }) departmentId: string;
  @Column('text') zone: System['zone'];
  @Column('jsonb') addresses: readonly string[];
  @Column('jsonb') certificates: readonly string[];
  @Column('jsonb') keys: System['keys'];
  @Column('jsonb') provides: readonly string[];
  @Column('boolean') kafka: boolean;
  @Column('text') status: System['status'];
  @Column('jsonb', { nullable: true }) attestation: Attestation | null;
  @Column('text', { name: 'registered_by' }) registeredBy: string;
  @Column('integer') revision: number;
  @Column(instant('updated_at')) updatedAt: string;
}
