import type { Role } from '@qiongtong/contracts';

/** A body of the province with one officer for each of its posts: nobody decides on their own submission. */
export type Body = Readonly<{
  id: string;
  name: string;
  type: string;
  level: 'PROVINCE' | 'CITY';
  regionCode: string;
  roles: readonly Role[];
  purpose: string | null;
  /** Has applied for first access and pledged. */
  admitted: boolean;
}>;

const aBody = (id: string, name: string, over: Partial<Omit<Body, 'id' | 'name'>> = {}): Body => ({
  id,
  name,
  type: 'ADMINISTRATIVE',
  level: 'PROVINCE',
  regionCode: '460000',
  roles: [],
  purpose: null,
  admitted: false,
  ...over,
});
const inHaikou = { level: 'CITY', regionCode: '460100' } as const;

/** Made at the first start of the platform, with its administrator. */
export const AUTHORITY = aBody('gxt', '省工业和信息化厅', { roles: ['PROVINCIAL_AUTHORITY'] });
export const ADMINISTRATOR = 'gxt-admin';

/** Bodies that rule, run and audit. */
export const ORGANS: readonly Body[] = [
  aBody('ldxz', '省信息化建设领导小组', { type: 'OTHER', roles: ['LEADING_GROUP'] }),
  aBody('sjt', '省审计厅', { roles: ['AUDITOR'] }),
  aBody('yyzx', '省大数据运营中心', { type: 'OTHER', roles: ['PLATFORM_OPERATOR'] }),
  aBody('hk-gxj', '海口市工业和信息化局', { ...inHaikou, roles: ['LOCAL_AUTHORITY'] }),
];

export const DEPARTMENTS = {
  mzt: aBody('mzt', '省民政厅'),
  rst: aBody('rst', '省人力资源和社会保障厅'),
  zgt: aBody('zgt', '省自然资源和规划厅', { purpose: 'real-estate.registration', admitted: true }),
  jyt: aBody('jyt', '省教育厅'),
  ybj: aBody('ybj', '省医疗保障局', { purpose: 'medical-aid.eligibility', admitted: true }),
  wjw: aBody('wjw', '省卫生健康委员会', { purpose: 'health.register', admitted: true }),
  tyt: aBody('tyt', '省退役军人事务厅', { purpose: 'veterans.benefits', admitted: true }),
  'hk-mzj': aBody('hk-mzj', '海口市民政局', { ...inHaikou, purpose: 'social-aid.eligibility', admitted: true }),
} as const satisfies Readonly<Record<string, Body>>;
export type DepartmentId = keyof typeof DEPARTMENTS;

export const submitterOf = (id: string): string => `${id}-submitter`;
export const reviewerOf = (id: string): string => `${id}-reviewer`;
export const responsibleOf = (id: string): string => `${id}-responsible`;
/** Of a body that holds a role of its own: what its officers may, they may by that alone. */
export const officerOf = (id: string): string => `${id}-officer`;
export const systemOf = (id: string): string => `${id}-system`;
