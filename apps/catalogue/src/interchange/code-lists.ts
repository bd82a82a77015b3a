import { ITEM_SOURCES, ITEM_TYPES, UPDATE_CYCLES } from '@qiongtong/contracts';
import * as content from '../entries/domain/content';

/** One value of a list: what the platform calls it, what a sheet says, and the guide's own number where it has one. */
export type ListedValue = Readonly<{ value: string; zh: string; en: string; number?: string }>;
export type CodeList = Readonly<{ code: string; zh: string; en: string; values: readonly ListedValue[] }>;

type Names = readonly [zh: string, en: string, number?: string];

/** Every value has its name: one that is added to the catalogue and not here does not compile. */
const list = <V extends string>(
  code: string,
  zh: string,
  en: string,
  values: readonly V[],
  names: Readonly<Record<V, Names>>,
): CodeList => ({
  ...{ code, zh, en },
  values: values.map((value) => {
    const [nameZh, nameEn, number] = names[value];
    return { value, zh: nameZh, en: nameEn, ...(number !== undefined && { number }) };
  }),
});

const SAME = <V extends string>(values: readonly V[], names: Readonly<Record<V, readonly [string, string]>>) =>
  Object.fromEntries(values.map((v) => [v, [...names[v], v]])) as unknown as Record<V, Names>;

/** Sharing class, cycle and types of items have the guide's own codes. [B.2] */
export const LISTS = {
  sharingType: list('sharingType', '共享类型', 'Sharing type', content.SHARING_TYPES, {
    UNCONDITIONAL: ['无条件共享', 'unconditional', '1'],
    CONDITIONAL: ['有条件共享', 'conditional', '2'],
    NOT_SHARED: ['不予共享', 'not shared', '3'],
  }),
  sharingMethod: list('sharingMethod', '共享方式', 'Way of sharing', content.SHARING_METHODS, {
    API: ['接口', 'interface'],
    BATCH: ['数据库', 'database'],
    FILE: ['文件', 'file'],
  }),
  format: list('format', '信息资源格式', 'Format', content.FORMAT_CATEGORIES, {
    DOCUMENT: ['电子文件', 'document'],
    SPREADSHEET: ['电子表格', 'spreadsheet'],
    DATABASE: ['数据库', 'database'],
    GRAPHIC: ['图形图像', 'graphic'],
    STREAMING: ['流媒体', 'streaming media'],
    SELF_DESCRIBED: ['自描述格式', 'self-described'],
    SERVICE: ['服务接口', 'service'],
  }),
  updateCycle: list('updateCycle', '更新周期', 'Update cycle', UPDATE_CYCLES, {
    REALTIME: ['实时', 'real time', '1'],
    DAILY: ['每日', 'daily', '2'],
    WEEKLY: ['每周', 'weekly', '3'],
    MONTHLY: ['每月', 'monthly', '4'],
    QUARTERLY: ['每季度', 'quarterly', '5'],
    YEARLY: ['每年', 'yearly', '6'],
  }),
  updateMode: list('updateMode', '更新方式', 'Update mode', content.UPDATE_MODES, {
    REALTIME: ['实时更新', 'as it changes'],
    SCHEDULED: ['定期更新', 'scheduled'],
  }),
  itemSource: list('itemSource', '信息项来源', 'Source of the item', ITEM_SOURCES, {
    COLLECTED: ['采集', 'collected'],
    REUSED: ['复用', 'reused'],
  }),
  itemType: list('itemType', '数据类型', 'Type of item', ITEM_TYPES, SAME(ITEM_TYPES, {
    C: ['字符型', 'characters'],
    N: ['数值型', 'decimal'],
    Y: ['货币型', 'currency'],
    D: ['日期型', 'date'],
    T: ['日期时间型', 'date and time'],
    L: ['逻辑型', 'yes or no'],
    M: ['备注型', 'text'],
    G: ['通用型', 'general'],
    B: ['双精度型', 'double'],
    I: ['整型', 'integer'],
    F: ['浮点型', 'floating point'],
  })), // prettier-ignore
  deliveryMode: list('deliveryMode', '提供方式', 'Delivery', content.DELIVERY_MODES, {
    HOSTED: ['汇聚到平台', 'hosted on the platform'],
    EXCHANGE_CHANNEL: ['交换通道', 'exchange channel'],
    REFERENCE_ONLY: ['仅供引用', 'reference only'],
    NONE: ['不提供', 'none'],
  }),
  dataLevel: list('dataLevel', '数据级别', 'Data level', content.DATA_LEVELS, {
    L1: ['一级', 'level 1', 'L1'],
    L2: ['二级', 'level 2', 'L2'],
    L3: ['三级', 'level 3', 'L3'],
    L4: ['四级', 'level 4', 'L4'],
  }),
  personalInfo: list('personalInfo', '个人信息类别', 'Personal information', content.PERSONAL_INFO, {
    NONE: ['不含个人信息', 'none'],
    PERSONAL: ['个人信息', 'personal'],
    SENSITIVE: ['敏感个人信息', 'sensitive'],
  }),
  origin: list('origin', '数据来源', 'Origin', content.ORIGINS, {
    COLLECTED: ['采集', 'collected'],
    GENERATED: ['履职产生', 'generated'],
    DIRECTLY_MANAGED: ['直接管理', 'directly managed'],
  }),
  specialRegime: list('specialRegime', '特别管理类别', 'Special regime', content.SPECIAL_REGIMES, {
    GEOGRAPHIC_INFORMATION: ['地理信息', 'geographic information'],
    PUBLIC_SECURITY_VIDEO: ['公共安全视频', 'public security video'],
  }),
  visibility: list('visibility', '目录可见范围', 'Visibility of metadata', content.METADATA_VISIBILITIES, {
    ALL: ['全部可见', 'all'],
    SUMMARY: ['仅摘要可见', 'summary'],
    HIDDEN: ['不可见', 'hidden'],
  }),
} as const satisfies Record<string, CodeList>;

/** The value a cell means: by its name in either language, the platform's code, or the guide's number. */
export function valueIn({ values }: CodeList, cell: string): string | undefined {
  const said = cell.trim().toLowerCase();
  return values.find(
    ({ value, zh, en, number }) => said === zh || said === en || said === value.toLowerCase() || said === number?.toLowerCase(),
  )?.value; // prettier-ignore
}
export const nameIn = ({ values }: CodeList, value: string): string =>
  values.find((listed) => listed.value === value)?.zh ?? value;
