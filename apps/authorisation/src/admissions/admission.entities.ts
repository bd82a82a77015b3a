import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../rows';
import type { AccessApplication } from './domain/access-application';
import type { Admission } from './domain/admission';
import type { KeptPledge } from './domain/pledge';
import type { PledgeText } from './domain/pledge-text';

@Entity('access_application')
export class AccessApplicationRow implements AccessApplication {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text') status: AccessApplication['status'];
  @Column('text') statement: string;
  @Column('jsonb', { nullable: true }) pledge: AccessApplication['pledge'];
  @Column('text', { name: 'submitted_by' }) submittedBy: string;
  @Column('jsonb', { name: 'written_by' }) writtenBy: readonly string[];
  @Column(instant('submitted_at', { nullable: true })) submittedAt: string | null;
  @Column('jsonb', { nullable: true }) returned: AccessApplication['returned'];
  @Column('jsonb', { nullable: true }) decision: AccessApplication['decision'];
  @Column('text', { name: 'withdrawn_by', nullable: true }) withdrawnBy: string | null;
  @Column('text', { name: 'rule_pack' }) rulePack: string;
  @Column('integer') revision: number;
}

/** Why an admission is as the organisation's row says it is. */
@Entity('admission')
export class AdmissionRow {
  @PrimaryColumn('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text', { name: 'application_id', nullable: true }) applicationId: string | null;
  @Column(instant('admitted_at', { nullable: true })) admittedAt: string | null;
  @Column('jsonb', { nullable: true }) suspension: Admission['suspension'];
  @Column('jsonb', { nullable: true }) ending: Admission['ending'];
  @Column('jsonb', { nullable: true }) renewal: Admission['renewal'];
  /** When time does something to it next: for the schedule alone. */
  @Column(instant('next_due_at', { nullable: true })) nextDueAt: string | null;
}

@Entity('pledge')
export class PledgeRow implements KeptPledge {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'organisation_id' }) organisationId: string;
  @Column('text', { name: 'application_id', nullable: true }) applicationId: string | null;
  @Column('text', { name: 'text_version' }) textVersion: string;
  @Column('text') digest: string;
  @Column('text', { name: 'signed_by' }) signedBy: string;
  @Column('text', { name: 'signer_name' }) signerName: string;
  @Column('text', { name: 'signer_post' }) signerPost: string;
  @Column(instant('signed_at')) signedAt: string;
  @Column('jsonb', { nullable: true }) signature: null;
}

@Entity('pledge_text')
export class PledgeTextRow implements PledgeText {
  @PrimaryColumn('text') version: string;
  @Column('jsonb') text: PledgeText['text'];
  @Column('text') digest: string;
  @Column(instant('effective_from')) effectiveFrom: string;
  @Column('integer', { name: 'grace_days' }) graceDays: number;
  @Column('text', { name: 'published_by' }) publishedBy: string;
  @Column(instant('published_at')) publishedAt: string;
}
