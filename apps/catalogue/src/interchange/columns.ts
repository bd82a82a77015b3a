import { CLASS_FORM, CODE_FORM, LONGEST_CLASS } from '../system/domain/class-code';
import { LISTS, type CodeList } from './code-lists';

/** What a cell of a column holds. */
export type Kind =
  | Readonly<{ is: 'text'; most: number; form?: RegExp }>
  | Readonly<{ is: 'one'; of: CodeList }>
  | Readonly<{ is: 'some'; of: CodeList }>
  /** Texts parted by semicolons. */
  | Readonly<{ is: 'texts'; most: number; longest: number; form?: RegExp }>
  | Readonly<{ is: 'yesNo' }>
  /** Said by the platform: what stands there is not read. */
  | Readonly<{ is: 'told' }>;

export type Column = Readonly<{
  /** Field of the entry or of the item; a dot leads into a part of it. */
  field: string;
  part: 'entry' | 'item';
  zh: string;
  en: string;
  kind: Kind;
  needed?: true;
  /** Number of the core element in the national guide; none for what the platform adds. [B.2] */
  element?: number;
  aboutZh: string;
  aboutEn: string;
}>;

const text = (most: number, form?: RegExp): Kind => ({ is: 'text', most, ...(form && { form }) });
const one = (of: CodeList): Kind => ({ is: 'one', of });
const entry = (field: string, zh: string, en: string, kind: Kind, aboutZh: string, aboutEn: string, more: Partial<Column> = {}): Column =>
  ({ field, part: 'entry', zh, en, kind, aboutZh, aboutEn, ...more }); // prettier-ignore
const item = (field: string, zh: string, en: string, kind: Kind, aboutZh: string, aboutEn: string, more: Partial<Column> = {}): Column =>
  ({ field, part: 'item', zh, en, kind, aboutZh, aboutEn, element: 8, ...more }); // prettier-ignore

const RESOURCE_ID = /^\d{6,12}-\d{1,12}$/;
const ELEMENT = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const EXTENSION = { element: undefined };

/**
 * The sheet: a row for each item, with the entry's own columns on the first of its rows and the same or nothing on those
 * below. The thirteen core elements of the national guide come first, in its order, then what the platform adds. A column
 * is added at the end: files that are being read, and reports of those read, name columns by their place. [R7.3, B.2]
 */
export const COLUMNS: readonly Column[] = [
  entry('classification', '信息资源分类', 'Classification', text(LONGEST_CLASS, CLASS_FORM), '类-项-目-细目,例如 2-03', 'Class and what is below it, such as 2-03', { needed: true, element: 1 }),
  entry('name', '信息资源名称', 'Name', text(200), '资源的正式名称', 'What the resource is called', { needed: true, element: 2 }),
  entry('resourceCode', '信息资源代码', 'Resource code', text(25, CODE_FORM), '分类码/顺序码,例如 203000/000001;不填由平台编定', 'Classification and sequence number, such as 203000/000001; where it is left out, the platform gives the next one', { element: 3 }),
  entry('provider', '信息资源提供方', 'Provider', text(200), '提供部门全称;本部门导入时可不填', 'Full name of the department; may be left out for one’s own', { element: 4 }),
  entry('providerCode', '信息资源提供方代码', 'Provider code', text(18), '统一社会信用代码', 'Unified social credit code', { element: 5 }),
  entry('abstract', '信息资源摘要', 'Abstract', text(2000), '资源内容概要', 'What it contains', { element: 6 }),
  entry('formatCategory', '信息资源格式', 'Format', one(LISTS.format), '见代码表', 'See the code lists', { element: 7 }),
  item('name', '信息项名称', 'Item name', text(200), '每行一个信息项', 'One item a row', { needed: true }),
  item('code', '信息项代码', 'Item code', text(64), '小写字母开头的字母和数字', 'A lower-case letter, then letters and digits', { needed: true }),
  item('type', '数据类型', 'Item type', one(LISTS.itemType), 'C 字符、N 数值等,见代码表', 'C for characters, N for decimals: see the code lists', { needed: true }),
  item('length', '数据长度', 'Item length', text(8), '字符数,或 精度.小数位', 'Characters, or precision.scale'),
  item('key', '是否主键', 'Key', { is: 'yesNo' }, '1 是,0 否', '1 yes, 0 no'),
  item('required', '是否必填', 'Required', { is: 'yesNo' }, '1 是,0 否;主键必填', '1 yes, 0 no; a key is required'),
  item('sensitive', '是否敏感', 'Sensitive', { is: 'yesNo' }, '1 是,0 否', '1 yes, 0 no'),
  item('queryable', '是否可查询', 'Queryable', { is: 'yesNo' }, '1 是,0 否', '1 yes, 0 no'),
  item('codeList', '代码取值', 'Code list', { is: 'texts', most: 1000, longest: 200 }, '代码项的取值,用分号分隔', 'Values a coded item may take, parted by semicolons'),
  entry('sharingType', '共享类型', 'Sharing type', one(LISTS.sharingType), '1 无条件、2 有条件、3 不予;不填为无条件', '1 unconditional, 2 conditional, 3 not shared; unconditional when left out', { element: 9 }),
  entry('sharingCondition', '共享条件', 'Sharing condition', text(1000), '有条件共享时填写', 'For conditional sharing', { element: 9 }),
  entry('sharingMethods', '共享方式', 'Ways of sharing', { is: 'some', of: LISTS.sharingMethod }, '多个用分号分隔', 'Several are parted by semicolons', { element: 9 }),
  entry('openToSociety', '是否向社会开放', 'Open to society', { is: 'yesNo' }, '1 是,0 否', '1 yes, 0 no', { element: 10 }),
  entry('opennessCondition', '开放条件', 'Condition of openness', text(1000), '向社会开放的条件', 'On which condition it is open', { element: 10 }),
  entry('updateCycle', '更新周期', 'Update cycle', one(LISTS.updateCycle), '见代码表', 'See the code lists', { element: 11 }),
  entry('publishedOn', '发布日期', 'Published on', { is: 'told' }, '由平台填写', 'Told by the platform', { element: 12 }),
  entry('relatedCodes', '关联资源代码', 'Related codes', { is: 'texts', most: 50, longest: 25, form: CODE_FORM }, '多个用分号分隔', 'Several are parted by semicolons', { element: 13 }),
  entry('nameEn', '英文名称', 'English name', text(300), '可不填', 'May be left out'),
  entry('sensitivityReason', '敏感原因', 'Why it is sensitive', text(1000), '有条件共享时填写', 'For conditional sharing'),
  entry('legalBasis.law', '不予共享依据', 'Legal basis', text(200), '法律、行政法规名称', 'Law or administrative regulation'),
  entry('legalBasis.article', '依据条款', 'Article', text(100), '例如 第二十条', 'Such as article 20'),
  entry('legalBasis.documentNumber', '依据文号', 'Document number', text(100), '依据的文号', 'Number of the document'),
  entry('legalBasis.attachmentDigest', '依据附件摘要值', 'Digest of the attachment', text(64, /^[0-9a-f]{64}$/), 'SHA-256,可不填', 'SHA-256; may be left out'),
  entry('deliveryMode', '提供方式', 'Delivery', one(LISTS.deliveryMode), '见代码表', 'See the code lists'),
  entry('monthlyConfirmation', '逐月确认方式', 'Monthly confirmation', text(500), '更新周期长于一月时填写', 'Where the cycle is longer than a month'),
  entry('dataLevel', '数据级别', 'Data level', one(LISTS.dataLevel), '见代码表', 'See the code lists'),
  entry('personalInfo', '个人信息类别', 'Personal information', one(LISTS.personalInfo), '见代码表', 'See the code lists'),
  entry('dutyBasis', '职责依据', 'Duty basis', text(1000), '产生该资源的职责', 'The duty from which it arises'),
  entry('origin', '数据来源', 'Origin', one(LISTS.origin), '见代码表', 'See the code lists'),
  entry('derivedFrom', '来源资源', 'Derived from', { is: 'texts', most: 50, longest: 25, form: RESOURCE_ID }, '所用资源的编号,例如 203000-000001,多个用分号分隔', 'Ids of the resources used, such as 203000-000001, parted by semicolons'),
  entry('specialRegime', '特别管理类别', 'Special regime', one(LISTS.specialRegime), '见代码表', 'See the code lists'),
  entry('governingRule.title', '特别管理规定', 'Governing rule', text(200), '规定名称', 'Title of the rule'),
  entry('governingRule.documentNumber', '规定文号', 'Number of the rule', text(100), '规定的文号', 'Number of its document'),
  entry('governingRule.wayOfSharing', '规定的共享办法', 'Its way of sharing', text(500), '规定的共享办法', 'How it has the resource shared'),
  entry('governingRule.contact', '联系方式', 'Contact', text(200), '向谁申请', 'Whom to ask'),
  entry('matterNumberPerSubject', '一事一人', 'Matter number per subject', { is: 'yesNo' }, '1 办件号只对应一个对象', '1: a matter number stands for one subject'),
  entry('metadataVisibility', '目录可见范围', 'Visibility of metadata', one(LISTS.visibility), '见代码表', 'See the code lists'),
  entry('updateMode', '更新方式', 'Update mode', one(LISTS.updateMode), '不填按更新周期', 'As the update cycle has it where it is left out'),
  item('source.how', '信息项来源', 'Source of the item', one(LISTS.itemSource), '采集或复用;填写时须填标准数据元', 'Collected or reused; with the standard data element', EXTENSION),
  item('source.elementId', '标准数据元', 'Standard data element', text(64, ELEMENT), '标准数据元标识', 'Its id', EXTENSION),
  item('source.population', '采集对象', 'Population', text(64, ELEMENT), '数据元的对象代码;不填为全体', 'A code of the element; everybody where it is left out', EXTENSION),
  item('source.regionCode', '采集地区', 'Region', text(6, /^[1-9]\d{5}$/), '行政区划代码;不填为本部门所在地区', 'Six digits of GB/T 2260; the department’s own where it is left out', EXTENSION),
  item('source.fromId', '复用自', 'Reused from', text(25, RESOURCE_ID), '复用时填写所复用资源的编号', 'Id of the resource that it is reused from', EXTENSION),
]; // prettier-ignore

export const ENTRY_COLUMNS = COLUMNS.filter(({ part }) => part === 'entry');
export const ITEM_COLUMNS = COLUMNS.filter(({ part }) => part === 'item');
export const AT = new Map(COLUMNS.map((column, at) => [`${column.part}.${column.field}`, at]));

/** Letters of a spreadsheet's column, from 0: A, B, … Z, AA. */
export function lettersOf(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : lettersOf(Math.floor(at / 26) - 1) + last;
}
