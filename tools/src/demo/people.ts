import { sample } from './sample';

type SampleOrganisation = (typeof sample.departments)[number];

/** Officers of one body: three people, because nobody decides on their own submission. */
export type Officer = Readonly<{ id: string; name: string; unit: string; post: string; roles: readonly string[] }>;

export type Body = Readonly<{
  id: string;
  name: string;
  nameEn: string;
  type: string;
  level: string;
  regionCode: string;
  creditCode: string | null;
  roles: readonly string[];
  duties: readonly Readonly<{ code: string; title: string; basis: string; purposes: readonly string[] }>[];
  officers: readonly Officer[];
  /** Whether it runs a registered system, and how that pushes. */
  system: Readonly<{ id: string; name: string; kafka: boolean; provides: readonly string[] }> | null;
}>;

export const AUTHORITY = 'gxt';
export const ADMINISTRATOR = 'gxt-admin';

/** A firm that runs a system for a department. Not of Article 2: it can never hold a grant. */
export const VENDOR = { id: 'yunfan-tech', name: '海南云帆数据服务有限公司', nameEn: 'Yunfan Data Services' };
export const VENDOR_SYSTEM = { id: 'yunfan-aid', name: '医疗救助审核系统(受托运行)' };

const TYPES: Readonly<Record<string, string>> = { STATUTORY_BODY: 'OTHER', LEADING_GROUP: 'OTHER' };
const KAFKA_SYSTEMS = new Set(['sjj', 'bb', 'qxj']);
const PLATFORM_ROLES = new Set(['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY', 'LEADING_GROUP', 'PLATFORM_OPERATOR']);

/** Duties that the story uses; every other body has its general one. */
const DUTIES: Readonly<Record<string, Body['duties']>> = {
  ybj: [
    {
      code: 'medical-aid',
      title: '医疗救助',
      basis: '社会救助暂行办法第二十七条',
      purposes: ['medical-aid.eligibility', 'medical-aid.audit'],
    },
  ],
  zgt: [
    {
      code: 'real-estate',
      title: '不动产登记',
      basis: '不动产登记暂行条例第四条',
      purposes: ['real-estate.registration'],
    },
  ],
  jyt: [
    {
      code: 'student-aid',
      title: '学生资助',
      basis: '社会救助暂行办法第三十三条',
      purposes: ['student-aid.eligibility'],
    },
  ],
};

export const bodies: readonly Body[] = sample.departments.map((department) => {
  const id = department.key.toLowerCase();
  const runsSystem = department.orgType !== 'LEADING_GROUP';
  return {
    id,
    name: department.name,
    nameEn: department.nameEn,
    type: TYPES[department.orgType] ?? department.orgType,
    level: department.level,
    regionCode: department.regionCode,
    creditCode: department.uscc,
    roles: department.roles.filter((role) => PLATFORM_ROLES.has(role)),
    duties: DUTIES[id] ?? [
      {
        code: 'general',
        title: `${department.name}法定职责`,
        basis: '本部门职能配置规定',
        purposes: ['general.business'],
      },
    ],
    officers: officersOf(id, department),
    system: runsSystem
      ? {
          id: `${id}-system`,
          name: `${department.name}业务系统`,
          kafka: KAFKA_SYSTEMS.has(id),
          provides: providedBy(department.key),
        }
      : null,
  };
});

function officersOf(id: string, department: SampleOrganisation): readonly Officer[] {
  const short = department.name.slice(-6);
  const people: Officer[] = [
    { id: `${id}-submitter`, name: `${short}经办`, unit: '信息中心', post: '经办人', roles: ['SUBMITTER'] },
    { id: `${id}-reviewer`, name: `${short}审核`, unit: '业务处', post: '审核人', roles: ['REVIEWER'] },
    {
      id: `${id}-responsible`,
      name: `${short}责任`,
      unit: '办公室',
      post: '责任单位负责人',
      roles: ['RESPONSIBLE_OFFICER'],
    },
  ];
  return people;
}

function providedBy(key: string): readonly string[] {
  return sample.resources
    .filter((r) => r.providerKey === key && r.deliveryMode === 'HOSTED')
    .map((r) => r.resourceCode.replace('/', '-'));
}
