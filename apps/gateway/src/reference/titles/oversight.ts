import type { Section } from './section';

export const OVERSIGHT: readonly Section[] = [
  {
    name: ['紧急停用', 'Stops'],
    about: [
      '立即停用令牌、会话、系统、人员、机构、授权或资源',
      'End the use of a token, session, system, officer, organisation, grant or resource at once',
    ],
    routes: {
      'GET /v1/stops': ['查询停用', 'List stops'],
      'POST /v1/stops': ['立即停用', 'Place a stop'],
      'GET /v1/stops/:id': ['查看一项停用', 'Read one stop'],
      'POST /v1/stops/:id/confirmation': ['主管部门确认停用', 'Confirm a stop, as the authority'],
      'POST /v1/stops/:id/lift': ['解除停用', 'Lift a stop'],
    },
  },
  {
    name: ['异常使用', 'Misuse alerts'],
    about: [
      '对异常使用的预警,由提供部门和主管部门核实',
      'Alerts about unusual use, examined by the provider and the authority',
    ],
    routes: {
      'GET /v1/misuse-alerts': ['查询预警', 'List alerts'],
      'GET /v1/misuse-alerts/:id': ['查看一条预警', 'Read one alert'],
      'POST /v1/misuse-alerts/:id/acknowledgement': ['受理预警', 'Take an alert up'],
      'POST /v1/misuse-alerts/:id/dismissal': ['排除异常', 'Dismiss an alert'],
      'POST /v1/misuse-alerts/:id/confirmation': ['确认异常', 'Confirm an alert as misuse'],
    },
  },
  {
    name: ['审计日志', 'Audit log'],
    about: [
      '防篡改日志:任何人可用公钥验证;命令 npm run verify 可离线验证',
      'The tamper-evident log: anybody can verify it with the public key, offline with npm run verify',
    ],
    routes: {
      'GET /v1/audit/key': ['验证日志所用的公钥', 'The key that verifies the log'],
      'GET /v1/audit/checkpoint': ['最新的签名检查点', 'The newest signed checkpoint'],
      'GET /v1/audit/witnesses': ['见证人及其签名的检查点', 'Witnesses of the log and what each has signed'],
      'GET /audit/verify': ['在浏览器中验证证据包与证明的网页', 'Page that verifies packages and proofs in a browser'],
      'GET /audit/log/checkpoint': ['最新的检查点(tlog-tiles)', 'The newest checkpoint, as tlog-tiles has it'],
      'GET /audit/log/tile/*': ['日志的散列分块(tlog-tiles)', 'Hashes of the log in tiles (tlog-tiles)'],
      'GET /audit/log/tile/entries/*': ['日志的条目分块(tlog-tiles)', 'Entries of the log in bundles (tlog-tiles)'],
      'GET /v1/audit/entries': ['查询日志条目', 'List entries of the log'],
      'GET /v1/audit/entries/:index': ['查看一个条目及其证明', 'Read one entry with its proof'],
      'GET /v1/audit/entries/:index/message': [
        '过大而未写入条目的原文',
        'The message of an entry that was too large for it',
      ],
      'GET /v1/audit/accesses/:decisionId': ['按判定编号查找使用记录', 'Find the record of a use by its decision id'],
      'GET /v1/audit/search': ['按人、事、用途、期间等检索日志', 'Search the log by person, thing, purpose and period'],
      'GET /v1/audit/search/export': ['导出检索结果', 'Export what a search finds'],
      'GET /v1/audit/evidence': [
        '证据包:有关一事的全部条目及证明',
        'Evidence package: all entries about one thing, proved',
      ],
      'GET /v1/audit/reports/uses': ['一段期间的使用情况报告', 'Report on the uses of a period'],
      'POST /v1/audit/erasures': [
        '提出销毁季度散列密钥,不再能追溯其记录',
        'Propose to destroy the hash keys of past quarters, which ends the traces of their records',
      ],
      'GET /v1/audit/erasures': ['列出删除事项', 'List erasures'],
      'POST /v1/audit/erasures/:id/confirmation': ['由第二名人员确认并销毁', 'Confirm an erasure, as a second officer'],
      'POST /v1/audit/erasures/:id/rejection': ['由第二名人员否决', 'Reject an erasure, as a second officer'],
      'GET /v1/audit/archives': ['封存归档的日志分段', 'Parts of the log in the sealed archive'],
      'GET /v1/audit/holds': ['列出留存令', 'List holds'],
      'POST /v1/audit/holds': ['下达留存令:有关条目不予清理', 'Place a hold: entries about an object are not pruned'],
      'POST /v1/audit/holds/:id/lift': ['解除留存令', 'Lift a hold'],
      'POST /v1/audit/watches': ['保存一项关注', 'Save a watch: be told of entries from now on'],
      'GET /v1/audit/watches': ['列出自己的关注', 'List your watches'],
      'GET /v1/audit/watches/:id': ['查看一项关注', 'Read one watch'],
      'GET /v1/audit/watches/:id/notices': ['取得关注的通知', 'Fetch the notices of a watch'],
      'POST /v1/audit/watches/:id/pause': ['暂停关注', 'Pause a watch'],
      'POST /v1/audit/watches/:id/resumption': ['恢复关注', 'Resume a watch'],
      'POST /v1/audit/watches/:id/end': ['结束关注', 'End a watch'],
      'GET /v1/audit/proofs/inclusion': ['包含证明:某条目在日志中', 'Proof that an entry is in the log'],
      'GET /v1/audit/proofs/consistency': [
        '一致性证明:日志只增不改',
        'Proof that a later log only adds to an earlier one',
      ],
      'GET /v1/audit/gaps': ['缺失或冲突的编号', 'Numbers that are missing, or came with other content'],
      'GET /v1/audit/alarms': ['日志完整性告警', "Alarms of the log's completeness"],
      'POST /v1/traces/records': ['追溯一条记录被提供给了谁', 'Trace to whom a record went'],
      'POST /v1/traces/samples': [
        '由外泄的数据样本追溯其可能出自哪次提供',
        'Trace a leaked sample of rows to the deliveries it may be from',
      ],
      'GET /v1/traces/grants/:grantId': [
        '追溯一项授权的来龙去脉及其下提供的数量',
        'Trace a grant: what it came of, what was passed on, what became of it, how much left',
      ],
      'GET /v1/traces/grants/:grantId/uses': [
        '列出一项授权及其转授下的每次使用',
        'List every use under a grant and what was passed on out of it',
      ],
      'GET /v1/traces/officers/:officerId': ['追溯一名人员经手的全部事项', 'Trace everything an officer touched'],
      'GET /v1/audit/log': ['导出日志,供离线验证', 'Export the log, to be verified offline'],
    },
  },
];
