import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Content } from './domain/content';
import type { EntryStatus } from './domain/entry';
import type { Version } from './domain/versions';

/** The next version of a published entry while it is compiled; what is not here is the entry's own. */
@Entity('entry_revision')
export class EntryRevisionRow {
  @PrimaryColumn('text', { name: 'entry_id' }) entryId: string;
  @Column('integer') version: number;
  @Column('text') status: EntryStatus;
  @Column('integer') revision: number;
  @Column('jsonb') content: Content;
  @Column('jsonb') workflow: Version['workflow'];
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}

@Entity('entry_version')
export class EntryVersionRow {
  @PrimaryColumn('text', { name: 'entry_id' }) entryId: string;
  @PrimaryColumn('integer') version: number;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('jsonb') content: Content;
  @Column('jsonb') workflow: Version['workflow'];
  @Column('date', { name: 'published_on' }) publishedOn: string;
  @Column('timestamptz', { name: 'published_at' }) publishedAt: Date;
}
