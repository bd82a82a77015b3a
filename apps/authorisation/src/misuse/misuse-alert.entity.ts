import type { MisuseRule } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { MisuseAlert } from './domain/misuse-alert';

@Entity('misuse_alert')
export class MisuseAlertRow implements MisuseAlert {
  @PrimaryColumn('text') id: string;
  @Column('text') rule: MisuseRule;
  @Column('text') key: string;
  @Column('text', { name: 'caller_kind' }) callerKind: MisuseAlert['callerKind'];
  @Column('text', { name: 'caller_id' }) callerId: string;
  @Column('text', { name: 'department_id' }) departmentId: string;
  @Column('text', { name: 'resource_id' }) resourceId: string;
  @Column('text', { name: 'provider_id', nullable: true }) providerId: string | null;
  @Column(instant('window_from')) windowFrom: string;
  @Column(instant('window_until')) windowUntil: string;
  @Column('jsonb') figures: MisuseAlert['figures'];
  @Column('text') status: MisuseAlert['status'];
  @Column(instant('raised_at')) raisedAt: string;
  @Column('jsonb', { nullable: true }) acknowledged: MisuseAlert['acknowledged'];
  @Column('jsonb', { nullable: true }) conclusion: MisuseAlert['conclusion'];
  @Column('jsonb', { nullable: true }) throttle: MisuseAlert['throttle'];
  @Column('integer') revision: number;
}
