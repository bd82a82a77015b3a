import type {
  AccessRecord,
  Appointment,
  GrantState,
  Item,
  OfficerState,
  OrganisationState,
  PermitState,
  Principal,
  ResourceState,
  StopState,
  SystemState,
  Use,
} from '@qiongtong/contracts';

/**
 * States of the policy with defaults under which everything is in order: the department `mzj` uses a resource of the
 * provider `mzt` through its own system. A test says only what it is about.
 */
export const anItem = (over: Partial<Item> = {}): Item => ({
  code: 'idNumber',
  name: '公民身份号码',
  type: 'C',
  length: '18',
  key: false,
  required: false,
  sensitive: false,
  queryable: true,
  ...over,
});

export const anOrganisation = (over: Partial<OrganisationState> = {}): OrganisationState => ({
  id: 'mzj',
  version: 1,
  name: '海口市民政局',
  type: 'ADMINISTRATIVE',
  level: 'CITY',
  regionCode: '460100',
  parentId: null,
  kind: 'DEPARTMENT',
  status: 'ACTIVE',
  roles: [],
  duties: [
    {
      code: 'social-aid',
      title: '社会救助',
      basis: '社会救助暂行办法',
      purposes: ['social-aid.eligibility', 'social-aid.review'],
    },
  ],
  hasResponsibleUnit: true,
  admission: 'ACTIVE',
  pledgeVersion: '2026-1',
  pledgeValidUntil: null,
  ...over,
});

export const aVendor = (over: Partial<OrganisationState> = {}): OrganisationState =>
  anOrganisation({
    id: 'vendor',
    name: '某软件公司',
    type: 'OTHER',
    kind: 'VENDOR',
    duties: [],
    hasResponsibleUnit: false,
    admission: 'NONE',
    pledgeVersion: null,
    ...over,
  });

export const anAppointment = (over: Partial<Appointment> = {}): Appointment => ({
  organisationId: 'mzj',
  unit: '社会救助科',
  post: '科员',
  roles: ['SUBMITTER'],
  from: '2025-01-01',
  until: null,
  ...over,
});

export const anOfficer = (over: Partial<OfficerState> = {}): OfficerState => ({
  id: 'li',
  version: 1,
  name: '李某',
  status: 'ACTIVE',
  appointments: [anAppointment()],
  ...over,
});

export const aSystem = (over: Partial<SystemState> = {}): SystemState => ({
  id: 'mzj-system',
  version: 1,
  name: '社会救助系统',
  ownerId: 'mzj',
  departmentId: 'mzj',
  ownerAttested: true,
  zone: 'GOV_EXTRANET',
  addresses: [],
  certificates: [],
  status: 'ACTIVE',
  provides: [],
  kafka: false,
  ...over,
});

export const aResource = (over: Partial<ResourceState> = {}): ResourceState => ({
  id: '203000-000001',
  version: 1,
  name: '婚姻登记信息',
  providerId: 'mzt',
  sharingType: 'CONDITIONAL',
  deliveryMode: 'HOSTED',
  status: 'PUBLISHED',
  specialRegime: null,
  items: [
    anItem({ code: 'certNo', name: '证件编号', key: true, required: true }),
    anItem({ code: 'idNumber', sensitive: true }),
    anItem({ code: 'personName', name: '姓名' }),
    anItem({ code: 'registeredOn', name: '登记日期', type: 'D', length: undefined }),
    anItem({ code: 'regionCode', name: '区划', length: '6' }),
  ],
  matterNumberPerSubject: false,
  derivedFrom: [],
  updateCycle: 'MONTHLY',
  ...over,
});

export const aGrant = (over: Partial<GrantState> = {}): GrantState => ({
  id: 'g1',
  version: 1,
  parentId: null,
  resourceId: '203000-000001',
  providerId: 'mzt',
  holderId: 'mzj',
  recipientOwnerId: null,
  status: 'ACTIVE',
  items: ['certNo', 'idNumber', 'registeredOn'],
  rowFilter: null,
  mask: {},
  actions: ['query'],
  purposes: ['social-aid.eligibility'],
  matterNumber: 'optional',
  scopeOfKnowledge: { units: [], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-01-01T00:00:00+08:00', until: '2027-01-01T00:00:00+08:00' },
  limits: {},
  rulePack: 'HN-2014-176@1',
  ground: null,
  ...over,
});

export const aStop = (over: Partial<StopState> = {}): StopState => ({
  id: 'stop-1',
  version: 1,
  target: 'system',
  targetId: 'mzj-system',
  departmentId: null,
  status: 'ACTIVE',
  reason: '异常调用',
  until: null,
  ...over,
});

export const aUse = (over: Partial<Use> = {}): Use => ({
  systemId: 'mzj-system',
  departmentId: 'mzj',
  officerId: null,
  officerAsserted: false,
  resourceId: '203000-000001',
  action: 'query',
  items: ['certNo', 'idNumber'],
  touchedItems: [],
  purpose: 'social-aid.eligibility',
  matterNumber: null,
  address: '10.1.2.3',
  certificate: null,
  tokenId: 'jti-1',
  clientId: null,
  sessionId: null,
  ...over,
});

export const aPermit = (over: Partial<PermitState> = {}): PermitState => ({
  id: 'p1',
  version: 1,
  resourceId: '203000-000001',
  providerId: 'mzt',
  publisherId: 'mzt',
  grantId: null,
  origins: [],
  title: '婚姻登记情况',
  purpose: '便利社会查询',
  forms: ['JSON', 'CSV'],
  status: 'ACTIVE',
  items: ['certNo', 'registeredOn'],
  rowFilter: null,
  mask: {},
  period: { from: '2026-01-01T00:00:00+08:00', until: '2027-01-01T00:00:00+08:00' },
  issuedAt: '2026-01-01T00:00:00.000Z',
  ...over,
});

/** An officer of the provider `mzt`, who reviews. */
export const aPrincipal = (over: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'chen',
  systemId: null,
  departmentId: 'mzt',
  regionCode: '460000',
  roles: ['REVIEWER'],
  tokenId: 't',
  ...over,
});

/** One record left under a grant. */
export const anAccessRecord = (over: Partial<AccessRecord> = {}, use: Partial<Use> = {}): AccessRecord => ({
  decisionId: 'd1',
  outcome: 'released',
  operation: 'GET /v1/resources/:resourceId/records',
  use: aUse({ matterNumber: '琼-1', ...use }),
  providerId: 'mzt',
  effect: 'permit',
  basis: 'grant',
  grantId: 'g1',
  reasons: [],
  requirement: 'R12.7',
  filter: null,
  rows: 1,
  bytes: 10,
  digest: null,
  delivery: 'inline:k:1:root:hash1',
  status: 200,
  ...over,
});
