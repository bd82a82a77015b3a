import { departmentId } from './rows';

export type Question = Readonly<{ word: string; sharingType?: string; departmentId: string }>;
export type Group = Readonly<{ name: string; questions: readonly Question[] }>;

const SYLLABLES = [...'大小东西南北新红金龙凤山水田石白青黄美文武永福安平长兴和顺丰乐昌宝云雷霞景桥坡岭湾港江河湖洋'];
const COMMON = '信息 登记 许可 海口 三亚 数据 业务 共享 主管 部门 核验 更新 办理 日期 名称 代码'.split(' ');
const FOUR = '行政许可 婚姻登记 医疗救助 企业登记 主管部门 更新维护 事项核验 劳动仲裁 法定代表 登记机关 政府采购 传染病防 投资项目 不动产登'.split(' '); // prettier-ignore

const asked = (words: readonly string[], sharingType?: string): Question[] =>
  words.map((word, i) => ({ word, sharingType, departmentId: departmentId(i % 50) }));

export const GROUPS: readonly Group[] = [
  {
    name: 'rare, two characters',
    questions: asked(SYLLABLES.slice(0, 40).map((first, i) => first + SYLLABLES[(i * 7 + 3) % SYLLABLES.length]!)),
  },
  { name: 'common, two characters', questions: asked(COMMON) },
  { name: 'four characters', questions: asked(FOUR) },
  { name: 'facets of a filtered search', questions: asked(COMMON, 'CONDITIONAL') },
];
