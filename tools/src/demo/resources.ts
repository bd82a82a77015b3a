import type { Item, ItemType } from '@qiongtong/contracts';
import { sample } from './sample';

type SampleResource = (typeof sample.resources)[number];
type Form = Readonly<Record<string, unknown>>;

/** One catalogue entry as its provider fills it in. */
export type DemoEntry = Readonly<{ id: string; resourceCode: string; providerId: string; hosted: boolean; form: Form }>;

/** Items that say who somebody is: filtered by `POST …:query` only. */
const SENSITIVE = new Set([
  'citizenId',
  'headIdNo',
  'memberIdNo',
  'idNo',
  'ownerIdNo',
  'maleIdNo',
  'femaleIdNo',
  'motherIdNo',
  'fatherIdNo',
  'lesseeIdNo',
]);

/** What the sample leaves out: items of entries that are listed without data. */
const COMPLETED_ITEMS: Readonly<Record<string, readonly Item[]>> = {
  '346024/000001': [
    item('caseNo', '案号', 'C', '60', true),
    item('sealedOn', '封存日期', 'D'),
    item('authority', '决定机关', 'C', '100'),
  ],
  '103000/000001': [
    item('sheetNo', '图幅号', 'C', '30', true),
    item('scale', '比例尺', 'C', '20'),
    item('surveyedOn', '测绘日期', 'D'),
  ],
  '346007/000002': [
    item('pointNo', '点位编号', 'C', '40', true),
    item('district', '所属区划', 'C', '6'),
    item('owner', '管理单位', 'C', '100'),
  ],
};

const GOVERNING_RULES: Readonly<Record<string, object>> = {
  GEOGRAPHIC_INFORMATION: {
    title: '地理信息资源共享专门规定',
    documentNumber: '演示〔2014〕1号',
    wayOfSharing: '向测绘成果管理机构申请领用',
    contact: '省自然资源和规划厅测绘成果窗口',
  },
  PUBLIC_SECURITY_VIDEO: {
    title: '公共安全视频监控资源共享专门规定',
    documentNumber: '演示〔2014〕2号',
    wayOfSharing: '经公安视频共享平台调阅',
    contact: '省公安厅视频管理部门',
  },
};

export const demoEntries: readonly DemoEntry[] = sample.resources.map((resource) => ({
  id: resource.resourceCode.replace('/', '-'),
  resourceCode: resource.resourceCode,
  providerId: resource.providerKey.toLowerCase(),
  hosted: resource.deliveryMode === 'HOSTED',
  form: formOf(resource),
}));

function formOf(resource: SampleResource): Form {
  const conditional = resource.sharingType === 'CONDITIONAL';
  const slow = resource.updateCycle === 'YEARLY' || resource.updateCycle === 'QUARTERLY';
  return {
    resourceCode: resource.resourceCode,
    classification: resource.categoryPath,
    name: resource.name,
    nameEn: resource.nameEn,
    providerCode: resource.providerUscc,
    abstract: `${resource.name},由提供部门在履行职责中形成,按${resource.updateCycle === 'REALTIME' ? '实时' : '周期'}更新。`,
    formatCategory: resource.formatCategory,
    items: COMPLETED_ITEMS[resource.resourceCode] ?? resource.items.map(itemOf),
    sharingType: resource.sharingType,
    sharingMethods: resource.sharingMethods,
    deliveryMode: resource.deliveryMode,
    openToSociety: resource.openToPublic,
    updateCycle: resource.updateCycle,
    dataLevel: resource.dataLevel,
    personalInfo: resource.personalInfo,
    dutyBasis: '本部门职能配置规定',
    origin: 'COLLECTED',
    matterNumberPerSubject: conditional && (resource.sharingCondition ?? '').includes('办件编号'),
    ...(conditional
      ? { sharingCondition: resource.sharingCondition, sensitivityReason: '含个人信息或敏感业务内容' }
      : {}),
    ...(resource.sharingType === 'NOT_SHARED'
      ? {
          legalBasis: {
            law: '中华人民共和国刑事诉讼法',
            article: '第二百八十六条',
            documentNumber: '主席令第十号',
            attachmentDigest: null,
          },
        }
      : {}),
    ...(resource.specialRegime
      ? { specialRegime: resource.specialRegime, governingRule: GOVERNING_RULES[resource.specialRegime] }
      : {}),
    ...(slow ? { monthlyConfirmation: '每月由责任单位确认无变化' } : {}),
  };
}

function itemOf(given: SampleResource['items'][number]): Item {
  const type = given.dataType as ItemType;
  return item(given.code, given.nameCn, type, given.length ?? undefined, given.primaryKey, SENSITIVE.has(given.code));
}

function item(code: string, name: string, type: ItemType, length?: string, key = false, sensitive = false): Item {
  return {
    code,
    name,
    type,
    ...(length !== undefined ? { length } : {}),
    key,
    required: key,
    sensitive,
    queryable: type !== 'M',
  };
}
