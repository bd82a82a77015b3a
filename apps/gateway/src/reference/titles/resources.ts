import type { Section } from './section';

export const RESOURCES: readonly Section[] = [
  {
    name: ['数据使用', 'Reading data'],
    about: [
      '查询、核验记录。每次使用都须说明用途,即时判定并留痕后才返回数据',
      'Query and verify records. Each use names its purpose, is decided at once, and recorded before data leave',
    ],
    routes: {
      'GET /v1/resources/:resourceId/records': ['按条件查询记录', 'Records by filter: a page, or lines by Accept'],
      'GET /v1/resources/:resourceId/records/:key': ['按主键读取一条记录', 'One record by its key'],
      'POST /v1/resources/:resourceId/records:query': [
        '按条件查询记录,条件放在请求体中',
        'Records by filter in the body, where values must not stand in a URL',
      ],
      'POST /v1/resources/:resourceId/records:verify': [
        '核验:所给值与记录是否一致',
        'Yes or no: are these the values of the record with this key?',
      ],
      'POST /v1/resources/:resourceId/exports': ['申请导出文件', 'Ask for a file of records'],
      'GET /v1/resources/:resourceId/exports': ['查询本部门的导出', 'List the exports of one’s department'],
      'GET /v1/resources/:resourceId/exports/:exportId': ['查看导出进度', 'How far an export has come'],
      'POST /v1/resources/:resourceId/exports/:exportId/links': [
        '取得一次性下载链接',
        'A link that opens the file once',
      ],
      'GET /v1/resources/:resourceId/exports/:exportId/file': ['凭链接下载文件', 'Download the file by a link'],
      'POST /v1/resources/:resourceId/exports/:exportId/cancellation': [
        '取消导出并删除文件',
        'Cancel an export and delete its file',
      ],
      'POST /v1/resources/:resourceId/queries': ['提交异步查询', 'Have a provider asked, and fetch the answer later'],
      'GET /v1/queries': ['查询本部门的异步查询', 'List the queries one’s department ordered'],
      'GET /v1/queries/:queryId': ['查看异步查询进度', 'How far an ordered query has come'],
      'POST /v1/queries/:queryId/links': ['取得一次性结果链接', 'A link that opens the answer once'],
      'GET /v1/resources/:resourceId/queries/:queryId/answer': ['凭链接取得查询结果', 'Fetch the answer by a link'],
      'POST /v1/queries/:queryId/cancellation': ['取消异步查询并删除结果', 'Cancel a query and delete its answer'],
      'POST /v1/resources/:resourceId/subscriptions': ['订阅变更推送', 'Have changes sent to one’s system'],
      'GET /v1/resources/:resourceId/disposals': [
        '查询撤销资源的数据处置',
        'What becomes of a withdrawn resource’s data',
      ],
      'GET /v1/resources/:resourceId/disposals/:disposalId': [
        '查看数据处置及销毁证明',
        'A disposal and its certificate of deletion',
      ],
      'POST /v1/resources/:resourceId/disposals/:disposalId/hold': ['暂缓数据处置', 'Hold a disposal'],
      'POST /v1/resources/:resourceId/disposals/:disposalId/release': ['解除暂缓', 'Release a hold'],
      'POST /v1/resources/:resourceId/disposals/:disposalId/order': ['责令提前处置', 'Order an early disposal'],
      'GET /v1/subscriptions': ['查询本部门的订阅', 'List the subscriptions of one’s department'],
      'GET /v1/subscriptions/:subscriptionId': ['查看订阅状态', 'How a subscription goes'],
      'POST /v1/subscriptions/:subscriptionId/pause': ['暂停订阅', 'Pause a subscription'],
      'POST /v1/subscriptions/:subscriptionId/resumption': ['恢复订阅', 'Resume a subscription'],
      'POST /v1/subscriptions/:subscriptionId/end': ['终止订阅', 'End a subscription'],
      'POST /v1/subscriptions/:subscriptionId/rewinds': [
        '回退到某一位置重新推送',
        'Have everything after a position sent again',
      ],
      'POST /v1/subscriptions/:subscriptionId/receipts': ['提交批次回执', 'Acknowledge batches of a feed'],
      'POST /v1/decisions:explain': [
        '说明某一使用为何被允许或拒绝,怎样才会改变',
        'Why a use would be permitted or refused, and what would change it',
      ],
    },
  },
  {
    name: ['数据提供', 'Providing data'],
    about: [
      '提供部门分批上报数据,查看结果与隔离的数据',
      'A provider pushes rows in batches and sees what became of them',
    ],
    routes: {
      'GET /v1/resources/:resourceId/batches': [
        '查询批次,最新的在前',
        'List the batches of a resource, the latest first',
      ],
      'POST /v1/resources/:resourceId/batches': [
        '上报一批数据(NDJSON、JSON 数组或 CSV,可 gzip)',
        'Push a batch of rows: NDJSON, a JSON array or CSV, gzip accepted',
      ],
      'GET /v1/resources/:resourceId/batches/:batchId': ['查看一个批次的结果', 'What became of a batch'],
      'POST /v1/resources/:resourceId/batches/:batchId/cancellation': [
        '取消尚无结果的批次',
        'Cancel a batch that has no outcome yet',
      ],
      'POST /v1/resources/:resourceId/batches/:batchId/release': ['放行待定批次', 'Release a batch that was held'],
      'POST /v1/resources/:resourceId/batches/:batchId/discard': ['放弃待定批次', 'Discard a batch that was held'],
      'POST /v1/resources/:resourceId/uploads': ['开始分段上传一个批次', 'Begin a batch that is sent in parts'],
      'PUT /v1/resources/:resourceId/uploads/:uploadId/parts/:n': ['上传一个分段', 'Send one part of an upload'],
      'POST /v1/resources/:resourceId/uploads/:uploadId/completion': [
        '分段已齐,提交为批次',
        'Complete an upload: its parts become a batch',
      ],
      'GET /v1/resources/:resourceId/uploads': ['列出分段上传', 'List the uploads of a resource'],
      'GET /v1/resources/:resourceId/uploads/:uploadId': [
        '查看分段上传的进度',
        'Which parts of an upload are there, and its batch',
      ],
      'POST /v1/resources/:resourceId/uploads/:uploadId/cancellation': ['取消分段上传', 'Cancel an upload'],
      'GET /v1/resources/:resourceId/batches/:batchId/quarantine': [
        '下载被隔离的数据及原因(NDJSON)',
        'Rows that were set aside, each with its reason, as NDJSON',
      ],
      'GET /v1/update-duties': ['查询更新义务及到期情况', 'List the duties to update, and what is due'],
      'GET /v1/resources/:resourceId/update-duty': ['查看一项资源的更新义务', 'Read a resource’s duty to update'],
      'POST /v1/resources/:resourceId/no-change-confirmations': [
        '确认本周期无变化',
        'Confirm that nothing has changed',
      ],
      'POST /v1/resources/:resourceId/source-heartbeats': ['报告源系统运行正常', 'Report that the source is alive'],
      'PUT /v1/resources/:resourceId/quality-rules': [
        '设定资源的数据质量规则',
        'Set what is expected of a resource’s rows',
      ],
      'GET /v1/resources/:resourceId/quality-rules': [
        '查看资源的数据质量规则',
        'Read what is expected of a resource’s rows',
      ],
      'GET /v1/resources/:resourceId/quality': [
        '查看资源的数据质量及其变化',
        'Read how good a resource’s data are, over time',
      ],
      'PUT /v1/resources/:resourceId/endpoint': ['登记提供方端点', 'Register where the provider answers'],
      'GET /v1/resources/:resourceId/endpoint': [
        '查看提供方端点及其运行情况',
        'Where the provider answers, and how it goes',
      ],
      'GET /v1/channel-endpoints': ['查询提供方端点及其运行情况', 'List where providers answer, and how it goes'],
      'GET /v1/exchange/nodes': ['查询交换节点及其运行情况', 'List the nodes of departments, and how they do'],
      'GET /v1/exchange/tasks': ['查询数据交换任务', 'List the tasks of data exchange'],
      'GET /v1/exchange/tasks/:taskId/runs': ['查询交换任务的运行记录', 'When a task of data exchange ran'],
      'GET /v1/channel-contract': ['提供方端点接口约定', 'What a provider’s endpoint does'],
      'GET /v1/channel-keys': ['交换通道的签名公钥', 'Keys by which providers check calls'],
    },
  },
  {
    name: ['共享目录', 'Catalogue'],
    about: [
      '目录条目从编制、保密审查、审核到发布与撤销',
      'Catalogue entries from draft and secrecy review to publication',
    ],
    routes: {
      'GET /v1/catalogue/entries': ['查询目录条目', 'List catalogue entries'],
      'POST /v1/catalogue/entries': ['编制目录条目', 'Draft an entry'],
      'GET /v1/catalogue/entries/:id': ['查看一个目录条目', 'Read one entry'],
      'PATCH /v1/catalogue/entries/:id': ['修改目录条目', 'Revise an entry'],
      'PUT /v1/catalogue/entries/:id/secrecy-review': ['登记保密审查结论', 'Declare the result of the secrecy review'],
      'POST /v1/catalogue/entries/:id/internal-review': ['通过部门内部审核', 'Pass the department’s own review'],
      'POST /v1/catalogue/entries/:id/submission': ['报送主管部门', 'Submit an entry to the authority'],
      'POST /v1/catalogue/entries/:id/review': ['主管部门开始审核', 'Begin the authority’s review'],
      'POST /v1/catalogue/entries/:id/approval': ['审核通过', 'Approve an entry'],
      'POST /v1/catalogue/entries/:id/return': ['退回并说明意见', 'Return an entry with remarks'],
      'POST /v1/catalogue/entries/:id/publication': ['在目录中发布', 'Publish an entry'],
      'POST /v1/catalogue/entries/:id/withdrawal': ['撤销发布(法定事由须经主管部门同意)', 'Withdraw an entry'],
      'POST /v1/catalogue/entries/:id/withdrawal/consent': ['同意撤销', 'Consent to a withdrawal'],
      'POST /v1/catalogue/entries/:id/withdrawal/rejection': ['不同意撤销', 'Withhold consent to a withdrawal'],
      'POST /v1/catalogue/entries/:id/withdrawal/retraction': ['收回撤销建议', 'Take a proposed withdrawal back'],
      'GET /v1/catalogue-template': ['下载目录填报模板', 'The empty template of the catalogue'],
      'GET /v1/catalogue-export': ['导出目录', 'The catalogue as a sheet'],
    },
  },
  {
    name: ['社会公开数据', 'Releases to society'],
    about: ['任何人无需令牌即可读取的数据', 'Data that anybody reads, without a token'],
    routes: {
      'GET /public/releases': ['查询当前可读取的公开数据', 'Releases that can be read now'],
      'GET /public/releases/catalog.jsonld': ['公开数据目录(DCAT,JSON-LD)', 'Releases as a DCAT catalogue in JSON-LD'],
      'GET /public/releases/:releaseId': ['查看一项公开数据', 'Read about one release'],
      'GET /public/releases/:releaseId/data': ['下载数据(JSON 或 CSV)', 'Download a release as JSON or CSV'],
    },
  },
];
