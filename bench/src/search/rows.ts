/** Entries such as a province would have: few common words in most of them, and a long tail of places and matters. */
const CITIES = '海口市 三亚市 三沙市 儋州市 五指山市 文昌市 琼海市 万宁市 东方市 定安县 屯昌县 澄迈县 临高县 白沙县 昌江县 乐东县 陵水县 保亭县 琼中县 洋浦'.split(' '); // prettier-ignore
const MATTERS = (
  '最低生活保障 特困人员供养 临时救助 医疗救助 婚姻登记 收养登记 社会组织登记 养老机构 殡葬服务 行政区划 企业登记 个体工商户 股权出质 食品经营许可 药品经营许可 特种设备 计量检定 质量抽检 ' +
  '不动产登记 土地出让 国土空间规划 矿业权 地质灾害 测绘成果 海域使用 建筑施工许可 商品房预售 住房公积金 保障性住房 物业服务 城市绿化 污水处理 机动车登记 驾驶人 道路运输许可 船舶检验 港口经营 ' +
  '公路养护 水资源取水 河道采砂 水土保持 农药经营 种子生产 动物检疫 渔业捕捞 农机登记 土地承包 林权登记 森林防火 排污许可 环境监测 危险废物 空气质量 医师执业 护士执业 医疗机构 疫苗接种 传染病 ' +
  '出生医学证明 学籍管理 教师资格 学生资助 高考成绩 民办学校 社会保险参保 养老金发放 失业保险 工伤认定 劳动仲裁 职业资格 人才引进 户籍人口 居住证 出入境证件 律师执业 公证事项 法律援助 司法鉴定 ' +
  '税务登记 纳税信用 发票管理 财政预算 政府采购 国有资产 统计调查 价格监测 投资项目 招标投标 信用评价 行政许可 行政处罚 行政强制 旅行社 导游证 文物保护 体育场馆 广播电视 气象预警 地震监测 消防验收 安全生产'
).split(' ');
const KINDS = '信息 信息 信息 信息 数据 数据 名单 台账 目录 统计 清单 记录 档案 公示'.split(' ');
const ITEMS = (
  '姓名 性别 公民身份号码 统一社会信用代码 企业名称 法定代表人 成立日期 登记机关 登记状态 经营范围 注册资本 许可证号 发证机关 有效期起 有效期止 住所 联系电话 行政区划代码 ' +
  '处罚决定书文号 处罚事由 处罚金额 办理日期 办理结果 申请日期 审批状态 保障金额 家庭人数 开户银行 缴费基数 参保日期 车牌号码 准驾车型 检验结论 监测点位 监测数值 采样时间 ' +
  '地块编号 用途 面积 权利人 证书编号 学校名称 学籍号 毕业日期 医院名称 诊断 接种日期 备注'
).split(' ');
const CODES = 'name gender idNumber uscc entName legalPerson foundedOn authority regStatus scope capital licenceNo issuer validFrom validTo address phone regionCode'.split(' '); // prettier-ignore
const SYLLABLES = '大小东西南北上下新红金龙凤山水田石白青黄美文武永福安平长兴和顺丰乐昌宝加那南罗云雷霞景桥村坡岭湾港江河湖洋墩园塘井'; // prettier-ignore
const SHARING = ['UNCONDITIONAL', 'CONDITIONAL', 'CONDITIONAL', 'NOT_SHARED'] as const;
const CYCLES = ['REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'] as const;
const FORMATS = ['DATABASE', 'DATABASE', 'SPREADSHEET', 'DOCUMENT', 'SERVICE', 'GRAPHIC'] as const;
export const DEPARTMENTS = 400;
export const departmentId = (n: number): string => `dept-${String(n).padStart(4, '0')}`;

export type BenchEntry = Readonly<{ id: string; providerId: string; publishedOn: string; content: Record<string, unknown> }>; // prettier-ignore

/** The same number gives the same entry. */
export function entryOf(n: number): BenchEntry {
  const next = randomFrom(n);
  const one = <T>(of: ArrayLike<T>): T => of[Math.floor(next() * of.length)]!;
  const [city, matter, kind] = [one(CITIES), one(MATTERS), one(KINDS)];
  const place = one(SYLLABLES) + one(SYLLABLES) + one('镇乡村区街'.split(''));
  const year = next() < 0.3 ? `${2015 + Math.floor(next() * 12)}年度` : '';
  const other = one(MATTERS);
  const items = Array.from({ length: 4 + Math.floor(next() * 9) }, (_, i) => ({
    ...{ code: `${one(CODES)}${i}`, name: one(ITEMS), type: 'C', length: '50' },
    ...{ key: i === 0, required: i === 0, sensitive: false, queryable: true },
  }));
  const visibility = next();
  return {
    id: `${200_000 + (n % 997)}-${String(n).padStart(6, '0')}`,
    providerId: departmentId(n % DEPARTMENTS),
    publishedOn: new Date(Date.UTC(2026, 10, 27) - Math.floor(next() * 2_000) * 86_400_000).toISOString().slice(0, 10),
    content: {
      classification: `${1 + (n % 3)}-${String(1 + (n % 12)).padStart(2, '0')}`,
      name: `${city}${place}${year}${matter}${kind}`,
      nameEn: next() < 0.2 ? `Register of ${one(CODES)} ${n % 1_000}` : null,
      abstract: `${city}${place}在办理${matter}业务过程中形成的${kind},用于${other}等事项的核验与共享,由主管部门按规定更新维护`,
      items,
      sharingType: one(SHARING),
      updateCycle: one(CYCLES),
      formatCategory: one(FORMATS),
      metadataVisibility: visibility < 0.02 ? 'HIDDEN' : visibility < 0.08 ? 'SUMMARY' : 'ALL',
    },
  };
}

/** Numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
