import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { Stop } from './domain/stop';

@Entity('stop')
export class StopRow implements Stop {
  @PrimaryColumn('text') id: string;
  @Column('text') target: Stop['target'];
  @Column('text', { name: 'target_id' }) targetId: string;
  @Column('text', { name: 'department_id', nullable: true }) departmentId: string | null;
  @Column('text') status: Stop['status'];
  @Column('text') reason: string;
  @Column(instant('until', { nullable: true })) until: string | null;
  @Column('text', { array: true }) concerned: readonly string[];
  @Column('jsonb', { name: 'stands_by' }) standsBy: Stop['standsBy'];
  @Column('text', { name: 'placed_as' }) placedAs: Stop['placedAs'];
  @Column('text', { name: 'placed_by' }) placedBy: string;
  @Column('text', { name: 'placed_by_organisation' }) placedByOrganisation: string;
  @Column(instant('placed_at')) placedAt: string;
  @Column('jsonb', { nullable: true }) confirmation: Stop['confirmation'];
  @Column('jsonb', { nullable: true }) ended: Stop['ended'];
  @Column('integer') revision: number;
}
