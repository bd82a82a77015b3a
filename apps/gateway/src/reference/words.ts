import type { Role } from '@qiongtong/contracts';
import type { Title } from './titles';

export const NAME: Title = ['琼通 API', 'Qiongtong API'];

/** What holds for every route, as Markdown. */
export const CONVENTIONS: Title = [
  `海南省政务信息资源共享平台的接口。

- **令牌**:除标明无需令牌者外,请求须带 \`Authorization: Bearer <令牌>\`;演示环境用 \`npm run -s token -- ybj-system\` 取得。
- **用途**:读取数据时用 \`Purpose\` 说明用途代码;资源要求时另带 \`Matter-Number\`(办件编号)与 \`Officer\`(经办人)。
- **拒绝**:以 \`application/problem+json\` 答复,\`code\` 固定不变,\`requirement\` 与 \`article\` 注明依据,\`next\` 说明如何办理;语言随 \`Accept-Language\`。
- **重复提交**:创建或触发的 POST 须带 \`Idempotency-Key\`,同键同内容只生效一次。
- **并发修改**:修改时用 \`If-Match\` 带回读取时的 \`ETag\`,他人先改则答 412。
- **分页**:列表用 \`limit\` 与 \`cursor\`,下一页的 \`cursor\` 是答复中的 \`next\`。`,
  `The interface of the platform on which the departments of a province share information resources.

- **Token**: send \`Authorization: Bearer <token>\` unless a route says that it needs none; in the demo \`npm run -s token -- ybj-system\` prints one.
- **Purpose**: a read of data names its purpose in \`Purpose\`; where the resource asks for them, also \`Matter-Number\` and \`Officer\`.
- **Refusals** are \`application/problem+json\`: \`code\` never changes, \`requirement\` and \`article\` say on what ground, \`next\` says what to do; their language follows \`Accept-Language\`.
- **Repetitions**: a POST that creates or triggers takes an \`Idempotency-Key\`; the same key with the same body has one effect.
- **Changes** carry the \`ETag\` that was read in \`If-Match\`; who comes second is answered 412.
- **Pages**: lists take \`limit\` and \`cursor\`; the next page's \`cursor\` is \`next\` of the answer.`,
];

export const ROLE_NAMES: Readonly<Record<Role, Title>> = {
  PROVINCIAL_AUTHORITY: ['省信息化主管部门', 'the provincial authority'],
  LOCAL_AUTHORITY: ['市县信息化主管部门', 'a local authority'],
  LEADING_GROUP: ['领导小组', 'the leading group'],
  PLATFORM_OPERATOR: ['平台运行机构', 'the platform’s operator'],
  AUDITOR: ['审计人员', 'an auditor'],
  RESPONSIBLE_OFFICER: ['责任单位人员', 'a responsible officer'],
  REVIEWER: ['部门审核人员', 'a department’s reviewer'],
  SUBMITTER: ['部门经办人员', 'a department’s submitter'],
  SYSTEM: ['业务系统', 'a registered system'],
};
export const WHO = {
  public: ['无需令牌', 'Anybody, without a token'],
  anyone: [
    '已登记的人员或系统;能看到什么因调用者而异',
    'Any registered officer or system; what is shown depends on who asks',
  ],
  roles: ['可调用者:', 'For '],
  provider: ['资源提供部门登记的业务系统', 'A registered system of the resource’s provider'],
  use: [
    '已登记的人员或系统;每次使用依法即时判定',
    'A registered officer or system, as far as the decision on this very use permits',
  ],
} as const satisfies Readonly<Record<string, Title>>;

/** Answers that no service describes in words. */
export const ANSWERS: Readonly<Record<string, Title>> = {
  '200': ['成功', 'Success'],
  '201': ['已创建', 'Created'],
  '202': ['已受理', 'Accepted'],
  '204': ['成功,无内容', 'Success, without content'],
  '404': ['不存在', 'Not there'],
  '410': ['已终止', 'Ended'],
  '429': ['请求过于频繁', 'More requests than allowed'],
  '503': ['暂时无法判定或留痕', 'Cannot be decided or recorded at the moment'],
  default: ['被拒绝:code 说明原因,next 说明如何办理', 'Refused: `code` says why, `next` what to do'],
};

/** Parameters by their names, which mean the same everywhere. */
export const PARAMETERS: Readonly<Record<string, Title>> = {
  limit: ['每页最多条数', 'Items that a page may have'],
  cursor: ['上一页答复中的 next', '`next` of the page before'],
  id: ['编号', 'Id'],
  caseId: ['征得同意事项的编号', 'Id of the consent case'],
  resourceId: ['资源代码,以 - 代 /', 'Resource code, with - for /'],
  batchId: ['批次编号', 'Id of the batch'],
  subscriptionId: ['订阅编号', 'Id of the subscription'],
  exportId: ['导出编号', 'Id of the export'],
  link: ['下载链接中的凭证', 'The secret of the link'],
  releaseId: ['公开数据编号', 'Id of the release'],
  decisionId: ['判定编号,见答复头 Qt-Decision-Id', 'Id of the decision, as in the answer’s header Qt-Decision-Id'],
  index: ['日志条目的序号', 'Place of the entry in the log'],
  status: ['状态', 'Only of this status'],
  organisationId: ['机构编号', 'Only of this organisation'],
  departmentId: ['部门编号', 'Only of this department'],
  providerId: ['提供部门编号', 'Only of this provider'],
  applicantId: ['申请部门编号', 'Only of this applicant'],
  holderId: ['被授权部门编号', 'Only of this holder'],
  grantId: ['授权编号', 'Only of this grant'],
  format: ['数据格式', 'Form of the data'],
  key: ['主键各项的值,逐项百分号编码,以 ~ 连接', 'The key items’ values, each percent-encoded, joined by ~'],
  fields: ['返回的信息项代码;granted 表示已授权的全部', 'Item codes, or `granted` for whatever the grant gives'],
  sort: ['排序的信息项代码,前加 - 为降序', 'Item codes, with - for descending'],
  'filter[item][op]': ['查询条件,可重复;省略 op 即为 eq', 'Repeated; without op it is eq'],
  operation: ['对数据的处理方式', 'What to do with the rows'],
  onInvalid: ['有误数据:整批拒绝,或隔离后其余入库', 'Rows with errors: refuse the batch, or set them aside'],
  'Content-Digest': ['RFC 9530,按实际发送字节计算的 sha-256', 'RFC 9530, sha-256, over the bytes as sent'],
  'Idempotency-Key': [
    '由调用者选定,1 至 128 个可打印 ASCII 字符;重复提交只生效一次',
    'Chosen by the caller, 1 to 128 printable ASCII characters; a repetition has one effect and one answer',
  ],
  'If-Match': ['读取时得到的 ETag,例如 "3"', 'The ETag of the object as it was read: `"3"`'],
};

/** Headers of a use of data, which the entrance reads. */
export const USE_HEADERS: Readonly<Record<string, Title>> = {
  Purpose: [
    '用途代码,例如 medical-aid.eligibility;仅提供部门自用可省略',
    'Code of the purpose, as medical-aid.eligibility; only a provider’s own use goes without',
  ],
  'Matter-Number': ['办件编号,UTF-8 百分号编码', 'Number of the matter, percent-encoded UTF-8'],
  Officer: ['经办人编号,由业务系统声明', 'Id of the officer, as the system asserts it'],
};
