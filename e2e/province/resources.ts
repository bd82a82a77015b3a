import type { Item } from '@qiongtong/contracts';
import type { DepartmentId } from './bodies';

export type Resource = Readonly<{
  id: string;
  providerId: DepartmentId;
  name: string;
  items: readonly Item[];
  rows: readonly Readonly<Record<string, unknown>>[];
}>;

const anItem = (code: string, name: string, over: Partial<Item> = {}): Item => ({
  code,
  name,
  type: 'C',
  length: '60',
  key: false,
  required: false,
  sensitive: false,
  queryable: true,
  ...over,
});
const theKey = (code: string, name: string) => anItem(code, name, { length: '20', key: true, required: true });

export const MARRIAGES: Resource = {
  id: '203000-000001',
  providerId: 'mzt',
  name: '婚姻登记信息',
  items: [
    theKey('certNo', '证书编号'),
    anItem('personName', '姓名'),
    anItem('idNumber', '公民身份号码', { length: '18', sensitive: true }),
    anItem('status', '婚姻状态', { length: '2' }),
  ],
  rows: [1, 2, 3, 4].map((n) => ({
    certNo: `J460000-000${n}`,
    personName: '王小明',
    idNumber: '460100199001011234',
    status: n % 2 === 0 ? '02' : '01',
  })),
};

export const INSURED: Resource = {
  id: '203000-000002',
  providerId: 'rst',
  name: '社会保险参保信息',
  items: [theKey('insuredNo', '参保编号'), anItem('status', '参保状态', { length: '2' })],
  rows: [],
};

export const REAL_ESTATE: Resource = {
  id: '203000-000003',
  providerId: 'zgt',
  name: '不动产登记信息',
  items: [theKey('unitNo', '不动产单元号'), anItem('holderName', '权利人')],
  rows: [1, 2].map((n) => ({ unitNo: `460100GB0000${n}`, holderName: '李某' })),
};

export const PUPILS: Resource = {
  id: '203000-000004',
  providerId: 'jyt',
  name: '学籍信息',
  items: [theKey('pupilNo', '学籍号'), anItem('school', '就读学校')],
  rows: [],
};

/** What an entry must have beside its items; every one here is shared on conditions. */
export const entryOf = ({ id, name, items }: Resource) => ({
  resourceCode: id.replace('-', '/'),
  classification: `${id[0]}-${id.slice(1, 3)}`,
  name,
  items,
  abstract: `${name},由主管部门在履行职责中产生`,
  formatCategory: 'DATABASE',
  sharingType: 'CONDITIONAL',
  sharingCondition: '用于法定职责',
  sensitivityReason: '含个人信息',
  sharingMethods: ['API'],
  deliveryMode: 'HOSTED',
  updateCycle: 'MONTHLY',
  dataLevel: 'L3',
  personalInfo: 'SENSITIVE',
  dutyBasis: '本部门职能配置规定',
  origin: 'COLLECTED',
});
