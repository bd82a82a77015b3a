import type { Principal } from '@qiongtong/contracts';
import { aPrincipal } from '@qiongtong/testing';
import {
  prepare,
  submit,
  type AccessApplication,
  type Applicant,
  type Department,
} from '../src/admissions/domain/access-application';
import type { Admission } from '../src/admissions/domain/admission';
import type { Pledge } from '../src/admissions/domain/pledge';
import { digestOf, type PledgeText } from '../src/admissions/domain/pledge-text';

/** Monday 2 March 2026, 09:00 in Hainan. */
export const now = new Date('2026-03-02T01:00:00Z');
export const DAY_MS = 86_400_000;
export const inDays = (days: number): Date => new Date(now.getTime() + days * DAY_MS);

export const by = (over: Partial<Principal> = {}): Principal =>
  aPrincipal({ officerId: 'wang', departmentId: 'ybj', roles: ['SUBMITTER'], ...over });
export const theHead = by({ officerId: 'li', roles: ['RESPONSIBLE_OFFICER'] });
export const authority = by({ officerId: 'admin', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
export const group = by({ officerId: 'zhao', departmentId: 'ldxz', roles: ['LEADING_GROUP'] });

const wording: PledgeText['text'] = {
  zh: { sharingRules: '只为履行职责使用。', confidentiality: '遵守保密规定。' },
  en: { sharingRules: 'It uses for its duties only.', confidentiality: 'It keeps what is confidential.' },
};
export const aText = (over: Partial<PledgeText> = {}): PledgeText => ({
  version: '2026-1',
  text: wording,
  digest: digestOf(wording),
  effectiveFrom: '2026-01-01T00:00:00.000Z',
  graceDays: 30,
  publishedBy: 'platform',
  publishedAt: '2026-01-01T00:00:00.000Z',
  ...over,
});
export const signature = { textVersion: '2026-1', signerName: '李', signerPost: '局长' };
export const aPledgeOn = (textVersion: string): Pledge => ({
  ...signature,
  textVersion,
  digest: aText().digest,
  signedBy: 'wang',
  signedAt: now.toISOString(),
  signature: null,
});

export const aDepartmentOf = (over: Partial<Department> = {}): Department => ({
  id: 'ybj',
  kind: 'DEPARTMENT',
  type: 'ADMINISTRATIVE',
  regionCode: '460000',
  hasResponsibleUnit: true,
  isProvincialAuthority: false,
  ...over,
});
export const anApplicant = (over: Partial<Applicant> = {}): Applicant => ({
  ...aDepartmentOf(),
  admission: 'NONE',
  ...over,
});
export const written = (applicant = anApplicant(), who = by()): AccessApplication =>
  prepare({ id: 'a1', statement: '办理医疗救助', rulePack: 'HN-2014-176@1' }, applicant, who);
export const anApplication = (over: Partial<AccessApplication> = {}): AccessApplication => ({
  ...submit(written(), signature, anApplicant(), aText(), by(), now).state,
  ...over,
});

export const anAdmission = (over: Partial<Admission> = {}): Admission => ({
  department: aDepartmentOf(),
  status: 'ACTIVE',
  pledgeVersion: '2026-1',
  pledgeValidUntil: null,
  suspendedUntil: null,
  applicationId: 'a1',
  admittedAt: now.toISOString(),
  suspension: null,
  ending: null,
  renewal: null,
  revision: 3,
  ...over,
});
