import type { Item, OrganisationState, Principal } from '@qiongtong/contracts';
import type { Content } from '../src/entries/domain/content';
import type { Entry } from '../src/entries/domain/entry';

export const now = new Date('2026-11-20T02:00:00Z');

/** The authority of the province and two departments. */
export const BODIES: readonly (Partial<OrganisationState> & Pick<OrganisationState, 'id' | 'name'>)[] = [
  { id: 'gxt', name: '工业和信息化厅', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2014-12-19', until: null }] },
  { id: 'mzt', name: '民政厅' },
  { id: 'zgt', name: '自然资源和规划厅' },
];

export const anItem = (over: Partial<Item> = {}): Item => ({
  code: 'name',
  name: '姓名',
  type: 'C',
  length: '100',
  key: false,
  required: false,
  sensitive: false,
  queryable: true,
  ...over,
});

export const aKeyItem = (over: Partial<Item> = {}): Item =>
  anItem({ code: 'certNo', name: '证书编号', length: '20', key: true, required: true, ...over });

/** A conditional, hosted resource that lacks nothing. */
export const aContent = (over: Partial<Content> = {}): Content => ({
  classification: '2-03',
  name: '最低生活保障对象信息',
  nameEn: 'Subsistence allowance recipients',
  providerCode: null,
  abstract: '享受最低生活保障的家庭及成员',
  formatCategory: 'DATABASE',
  items: [aKeyItem(), anItem()],
  sharingType: 'CONDITIONAL',
  sharingCondition: '用于救助资格认定',
  sensitivityReason: '含个人信息',
  legalBasis: null,
  sharingMethods: ['API'],
  deliveryMode: 'HOSTED',
  openToSociety: false,
  opennessCondition: null,
  updateCycle: 'MONTHLY',
  updateMode: 'SCHEDULED',
  monthlyConfirmation: null,
  relatedCodes: [],
  dataLevel: 'L3',
  personalInfo: 'SENSITIVE',
  dutyBasis: '社会救助暂行办法',
  origin: 'COLLECTED',
  derivedFrom: [],
  specialRegime: null,
  governingRule: null,
  matterNumberPerSubject: true,
  metadataVisibility: 'ALL',
  ...over,
});

export const aSecrecyReview = {
  reviewer: '符审',
  unit: '办公室',
  date: '2026-11-19',
  conclusion: 'NON_SECRET',
} as const;

export const anEntry = (over: Partial<Entry> = {}): Entry => ({
  id: '203000-000001',
  resourceCode: '203000/000001',
  providerId: 'mzt',
  status: 'DRAFT',
  version: 1,
  revision: 3,
  content: aContent(),
  secrecyReview: aSecrecyReview,
  draftedBy: 'mzt-submitter',
  changedBy: 'mzt-submitter',
  internalReview: null,
  submission: null,
  authorityReview: null,
  decision: null,
  publication: null,
  publishedOn: null,
  withdrawal: null,
  proposedWithdrawal: null,
  scheduledWithdrawal: null,
  withheldWithdrawal: null,
  formerProviders: [],
  updatedAt: '2026-11-19T02:00:00.000Z',
  ...over,
});

export const anOfficer = (over: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'mzt-submitter',
  systemId: null,
  departmentId: 'mzt',
  regionCode: '460000',
  roles: ['SUBMITTER'],
  tokenId: 't1',
  ...over,
});

export const submitter = anOfficer();
export const responsible = anOfficer({ officerId: 'mzt-responsible', roles: ['RESPONSIBLE_OFFICER'] });
export const authority = anOfficer({
  officerId: 'gxt-officer',
  departmentId: 'gxt',
  roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'],
});
export const leadingGroup = anOfficer({ officerId: 'ldxz-officer', departmentId: 'ldxz', roles: ['LEADING_GROUP'] });
export const stranger = anOfficer({ officerId: 'zgt-submitter', departmentId: 'zgt' });
export const aSystem = anOfficer({
  kind: 'system',
  officerId: null,
  systemId: 'zgt-system',
  departmentId: 'zgt',
  roles: ['SYSTEM'],
});
