import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Content } from './domain/content';
import type { Entry, EntryStatus } from './domain/entry';
import type { Compilation } from './domain/versions';

/** Who did what with an entry. */
export type Workflow = Compilation &
  Pick<Entry, 'withdrawal' | 'proposedWithdrawal' | 'scheduledWithdrawal' | 'withheldWithdrawal'>;

/** What lists filter by has a column; the rest of an entry is one document. */
@Entity('entry')
export class EntryRow {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'resource_code' }) resourceCode: string;
  @Column('text', { name: 'provider_id' }) providerId: string;
  @Column('text') status: EntryStatus;
  @Column('text', { name: 'sharing_type' }) sharingType: Content['sharingType'];
  @Column('text', { name: 'metadata_visibility' }) metadataVisibility: Content['metadataVisibility'];
  @Column('integer', { default: 1 }) version: number;
  @Column('integer') revision: number;
  @Column('jsonb') content: Content;
  @Column('jsonb') workflow: Workflow;
  @Column('jsonb', { name: 'former_providers' }) formerProviders: Entry['formerProviders'];
  @Column('text', { name: 'search_text' }) searchText: string;
  @Column('text', { name: 'search_grams', array: true }) searchGrams: string[];
  @Column('date', { name: 'published_on', nullable: true }) publishedOn: string | null;
  /** When a scheduled withdrawal takes effect; null where none is. */
  @Column('timestamptz', { name: 'withdrawal_due_at', nullable: true }) withdrawalDueAt: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}
