import type { OrganisationState } from '@qiongtong/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the catalogue knows of an organisation: a projection of `policy.organisations`. */
@Entity('organisation')
export class OrganisationRow {
  @PrimaryColumn('text') id: string;
  @Column('bigint') version: string;
  @Column('text') name: string;
  @Column('text') type: OrganisationState['type'];
  @Column('text') level: OrganisationState['level'];
  @Column('text', { name: 'region_code' }) regionCode: string;
  @Column('text') kind: OrganisationState['kind'];
  @Column('text') status: OrganisationState['status'];
  @Column('jsonb') roles: OrganisationState['roles'];
}
