import type { ResourceState } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What this service knows of a resource: a projection of `policy.resources`. */
@Entity('resource')
export class ResourceRow {
  @PrimaryColumn('text') id: string;
  @Column('bigint') version: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('jsonb') state: ResourceState;
}
