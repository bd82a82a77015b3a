import { citizenIdWithCheck, creditCodeWithCheck } from '@qiongtong/regulation';
import { Random } from './random';

export type Row = Record<string, string | number | boolean>;

const SURNAMES = [...'王李陈林黄吴周符郑张刘冯何郭韩蔡云邢曾莫'];
const GIVEN = [
  '海燕',
  '志强',
  '秀英',
  '建国',
  '丽娜',
  '文博',
  '春梅',
  '国栋',
  '晓东',
  '玉兰',
  '家豪',
  '雪梅',
  '永福',
  '思琪',
  '天佑',
  '美玲',
];
const PLACES = [
  '海口市龙华区滨海大道',
  '海口市美兰区海府路',
  '三亚市吉阳区迎宾路',
  '三亚市天涯区解放路',
  '儋州市那大镇人民路',
  '琼海市嘉积镇银海路',
  '文昌市文城镇清澜大道',
  '琼中县营根镇海榆路',
];
const TRADES = [
  '热带农业',
  '海洋渔业',
  '旅游服务',
  '物流运输',
  '建筑工程',
  '信息技术',
  '食品加工',
  '文化传媒',
  '新能源',
  '医药健康',
];
const REGIONS = ['460100', '460200', '460400', '469002', '469005', '469030'];
const AUTHORITIES = ['海南省市场监督管理局', '海口市市场监督管理局', '三亚市市场监督管理局', '琼海市市场监督管理局'];

const personName = (random: Random) => random.pick(SURNAMES) + random.pick(GIVEN);
const address = (random: Random) => `${random.pick(PLACES)}${random.int(1, 388)}号`;
const citizenId = (random: Random) =>
  citizenIdWithCheck(`${random.pick(REGIONS)}${random.date(1950, 2005).replaceAll('-', '')}${random.digits(3)}`);
/** Organisation code part from the row's number, so that codes never collide. */
const creditCode = (kind: '91' | '92' | '12', n: number, random: Random) =>
  creditCodeWithCheck(`${kind}${random.pick(REGIONS)}MA${n.toString(10).padStart(7, '0')}`);
const companyName = (random: Random, n: number) =>
  `海南${random.pick(['椰城', '琼州', '南海', '天涯', '万泉', '五指山'])}${n}号${random.pick(TRADES)}有限公司`;

const enterprise = (random: Random, n: number): Row => ({
  uscc: creditCode('91', n, random),
  entName: companyName(random, n),
  legalRep: personName(random),
  entType: random.pick(['1130', '1150', '1151', '2130']),
  regCapital: `${random.int(10, 90_000)}.${random.digits(4)}`,
  establishedOn: random.date(1995, 2025),
  address: address(random),
  businessScope: `${random.pick(TRADES)};${random.pick(TRADES)};技术咨询`,
  industryCode: random.digits(4),
  regAuthority: random.pick(AUTHORITIES),
  regStatus: random.next() < 0.9 ? '1' : random.pick(['2', '3']),
  termFrom: random.date(1995, 2025),
  approvedOn: random.date(2020, 2026),
});

const household = (random: Random, n: number): Row => ({
  uscc: creditCode('92', n, random),
  name: `${random.pick(PLACES).slice(0, 3)}${personName(random)}${random.pick(['小吃店', '便利店', '水果摊', '维修部'])}`,
  operatorName: personName(random),
  composition: random.pick(['1', '2']),
  premises: address(random),
  businessScope: random.pick(TRADES),
  registeredOn: random.date(2005, 2026),
  regAuthority: random.pick(AUTHORITIES),
  regStatus: '1',
});

const abnormal = (random: Random, n: number): Row => ({
  uscc: creditCode('91', n * 20, random),
  entName: companyName(random, n * 20),
  inReason: random.pick(['未按期公示年度报告', '通过登记的住所无法联系', '公示信息隐瞒真实情况']),
  inDate: random.date(2021, 2026),
  inAuthority: random.pick(AUTHORITIES),
});

const foodLicence = (random: Random, n: number): Row => ({
  licenceNo: `JY146${String(n).padStart(9, '0')}`,
  operatorName: companyName(random, n),
  uscc: creditCode('91', n, random),
  premises: address(random),
  bizType: random.pick(['餐饮服务经营者', '食品销售经营者', '单位食堂']),
  items: '预包装食品销售;热食类食品制售',
  issuer: random.pick(AUTHORITIES),
  issuedOn: random.date(2021, 2026),
  validTo: random.date(2027, 2031),
  status: '1',
});

const minimumLiving = (random: Random, n: number): Row => ({
  aidNo: `HNDB${String(n).padStart(8, '0')}`,
  headName: personName(random),
  headIdNo: citizenId(random),
  memberName: personName(random),
  memberIdNo: citizenId(random),
  urbanRural: random.pick(['1', '2']),
  persons: random.int(1, 6),
  monthlyAmount: `${random.int(400, 3200)}.${random.digits(2)}`,
  startMonth: `20${random.int(18, 26)}${String(random.int(1, 12)).padStart(2, '0')}`,
  regionCode: random.pick(REGIONS),
  // 01 in receipt, 02 ended
  status: random.next() < 0.8 ? '01' : '02',
});

const certificate = (random: Random, n: number): Row => ({
  certNo: `HNZC${String(n).padStart(10, '0')}`,
  name: personName(random),
  idNo: citizenId(random),
  title: random.pick(['一级建造师', '注册会计师', '执业药师', '监理工程师']),
  level: random.pick(['初级', '中级', '高级']),
  specialty: random.pick(TRADES),
  approvedOn: random.date(2005, 2025),
  issuer: '海南省人力资源和社会保障厅',
});

const institution = (random: Random, n: number): Row => ({
  uscc: creditCode('12', n, random),
  name: `海南省${random.pick(TRADES)}第${n}中心`,
  nature: '事业单位',
  head: personName(random),
  address: address(random),
  codingAuthority: '中共海南省委机构编制委员会办公室',
  issuedOn: random.date(2016, 2025),
  status: '1',
});

const warning = (random: Random, n: number): Row => ({
  warningNo: `HN2026TC${String(n).padStart(4, '0')}`,
  category: '热带气旋',
  level: random.pick(['蓝色', '黄色', '橙色', '红色']),
  issuedAt: `${random.date(2026, 2026)}T0${random.int(0, 9)}:00:00Z`,
  regionCodes: random.pick(REGIONS),
  content: `预计未来24小时沿海风力${random.int(7, 13)}级`,
  guide: '船舶回港避风,停止海上作业',
});

/** What the demo pushes: which resource, how many rows, by which way. */
export const ROW_SETS: readonly Readonly<{
  resourceId: string;
  by: 'REST' | 'KAFKA';
  rows: number;
  row: (random: Random, n: number) => Row;
}>[] = [
  { resourceId: '102000-000001', by: 'REST', rows: 10_000, row: enterprise },
  { resourceId: '102000-000002', by: 'REST', rows: 6_000, row: household },
  { resourceId: '105000-000001', by: 'REST', rows: 3_000, row: foodLicence },
  { resourceId: '203000-000001', by: 'REST', rows: 2_000, row: minimumLiving },
  { resourceId: '105000-000007', by: 'REST', rows: 1_500, row: certificate },
  { resourceId: '104000-000001', by: 'KAFKA', rows: 500, row: abnormal },
  { resourceId: '102000-000004', by: 'KAFKA', rows: 800, row: institution },
  { resourceId: '212000-000001', by: 'KAFKA', rows: 60, row: warning },
];

export function* rowsOf(resourceId: string): Generator<Row> {
  const set = ROW_SETS.find((s) => s.resourceId === resourceId);
  if (!set) throw new Error(`the demo has no rows for ${resourceId}`);
  const random = new Random([...resourceId].reduce((seed, c) => (Math.imul(seed, 31) + c.charCodeAt(0)) | 0, 7));
  for (let n = 1; n <= set.rows; n++) yield set.row(random, n);
}
