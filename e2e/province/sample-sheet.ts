import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

type SampleItem = Readonly<{
  nameCn: string;
  code: string;
  dataType: string;
  length: string | null;
  primaryKey: boolean;
}>;
type SampleResource = Readonly<{
  resourceCode: string;
  name: string;
  nameEn: string;
  providerKey: string;
  categoryPath: string;
  sharingType: string;
  sharingCondition: string | null;
  sharingMethods: readonly string[];
  deliveryMode: string;
  updateCycle: string;
  formatCategory: string;
  dataLevel: string;
  personalInfo: string;
  openToPublic: boolean;
  specialRegime: string | null;
  items: readonly SampleItem[];
}>;
type SampleDepartment = Readonly<{ key: string; name: string; level: string; regionCode: string }>;

/** What the former platform had: the demo's sample. */
export const SAMPLE = JSON.parse(
  readFileSync(resolve(__dirname, '../../tools/src/demo/sample-data.json'), 'utf8'),
) as Readonly<{ departments: readonly SampleDepartment[]; resources: readonly SampleResource[] }>;

const RULE = {
  特别管理规定: '专门规定',
  规定文号: '〔2014〕1号',
  规定的共享办法: '向管理机构申请',
  联系方式: '管理机构窗口',
};

/** A row for each item, each cell under the heading of the template that it belongs to. */
export function sampleRows(headings: readonly string[], providerOf: (key: string) => string): string[][] {
  return SAMPLE.resources.flatMap((resource) => {
    const entry: Readonly<Record<string, string>> = {
      信息资源分类: resource.categoryPath,
      信息资源名称: resource.name,
      信息资源代码: resource.resourceCode,
      信息资源提供方: providerOf(resource.providerKey),
      信息资源摘要: `${resource.name},由提供部门在履行职责中形成`,
      信息资源格式: resource.formatCategory,
      共享类型: resource.sharingType,
      共享条件: resource.sharingCondition ?? '',
      共享方式: resource.sharingMethods.join(';'),
      是否向社会开放: resource.openToPublic ? '是' : '否',
      更新周期: resource.updateCycle,
      英文名称: resource.nameEn,
      提供方式: resource.deliveryMode,
      数据级别: resource.dataLevel,
      个人信息类别: resource.personalInfo,
      职责依据: '本部门职能配置规定',
      数据来源: '采集',
      ...(resource.specialRegime && { 特别管理类别: resource.specialRegime, ...RULE }),
    };
    const items: readonly (SampleItem | null)[] = resource.items.length > 0 ? resource.items : [null];
    return items.map((item, i) => {
      const cells: Readonly<Record<string, string>> = {
        // What concerns the entry need only stand in its first row.
        ...(i === 0 ? entry : {}),
        信息项名称: item?.nameCn ?? '',
        信息项代码: item?.code ?? '',
        数据类型: item?.dataType ?? '',
        数据长度: item?.length ?? '',
        是否主键: item?.primaryKey ? '1' : '',
        是否必填: item?.primaryKey ? '1' : '',
      };
      return headings.map((heading) => cells[heading] ?? '');
    });
  });
}
