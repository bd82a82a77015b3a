import type { Section } from './section';

export const PARTIES: readonly Section[] = [
  {
    name: ['机构', 'Organisations'],
    about: [
      '政务部门、主管部门和受托企业:级别、区划、职责与责任单位',
      'Departments, authorities and contracted firms: level, region, duties, responsible unit',
    ],
    routes: {
      'GET /v1/organisations': ['查询机构', 'List organisations'],
      'POST /v1/organisations': ['登记机构', 'Register an organisation'],
      'GET /v1/organisations/:id': ['查看一个机构', 'Read one organisation'],
      'PATCH /v1/organisations/:id': ['变更机构信息', 'Change an organisation'],
      'PUT /v1/organisations/:id/duties': [
        '登记法定职责及其用途',
        'Register an organisation’s duties and their purposes',
      ],
      'POST /v1/organisations/:id/responsible-units': ['登记责任单位', 'Register a responsible unit'],
    },
  },
  {
    name: ['机构变更', 'Changes of organisations'],
    about: [
      '更名、合并、拆分与撤销:先预览影响,按决定的日期执行,办结后可查结果',
      'Rename, merger, split and abolition: previewed, carried out on the day decided, reported on afterwards',
    ],
    routes: {
      'POST /v1/organisation-changes:preview': [
        '预览机构变更的影响',
        'Preview what a change of organisations would do',
      ],
      'POST /v1/organisation-changes': ['决定机构变更', 'Decide a change of organisations'],
      'GET /v1/organisation-changes': ['查询机构变更', 'List changes of organisations'],
      'GET /v1/organisation-changes/:id': ['查看一项机构变更', 'Read one change of organisations'],
      'GET /v1/organisation-changes/:id/preview': ['预览已决定的变更', 'Preview a change that is decided'],
      'GET /v1/organisation-changes/:id/effects': ['查看变更的结果', 'Read what became of each thing in a change'],
      'POST /v1/organisation-changes/:id/cancellation': ['取消尚未执行的变更', 'Cancel a change that has not begun'],
    },
  },
  {
    name: ['人员', 'Officers'],
    about: ['经办人员及其任职、角色与代理', 'Officers with their appointments, roles and deputies'],
    routes: {
      'GET /v1/officers': ['查询人员', 'List officers'],
      'POST /v1/officers': ['登记人员及任职', 'Register an officer with an appointment'],
      'GET /v1/officers/:id': ['查看一名人员', 'Read one officer'],
      'PATCH /v1/officers/:id': [
        '变更任职、代理或离职',
        'Change an officer’s appointments, name a deputy, or end them',
      ],
    },
  },
  {
    name: ['业务系统', 'Systems'],
    about: [
      '调用平台的业务系统:归属、代表的部门、密钥、证书与网络地址',
      'The systems that call the platform: owner, department acted for, keys, certificates, addresses',
    ],
    routes: {
      'GET /v1/systems': ['查询业务系统', 'List systems'],
      'POST /v1/systems': ['登记业务系统', 'Register a system'],
      'GET /v1/systems/:id': ['查看一个业务系统', 'Read one system'],
      'PATCH /v1/systems/:id': ['变更、暂停或恢复业务系统', 'Change, suspend or resume a system'],
      'POST /v1/systems/:id/attestation': ['认定受托企业的业务系统', 'Attest a system that a contracted firm owns'],
    },
  },
  {
    name: ['首次接入', 'First access'],
    about: [
      '部门首次使用平台前提交申请和承诺书,由省信息化主管部门审批',
      'A department applies with a pledge before its first use; the provincial authority decides',
    ],
    routes: {
      'GET /v1/pledge-texts': ['查询承诺书文本', 'List the texts of the pledge'],
      'POST /v1/pledge-texts': ['发布新的承诺书文本', 'Issue a new text of the pledge'],
      'GET /v1/pledge-texts/current': ['查看现行承诺书文本', 'Read the text of the pledge in force'],
      'GET /v1/pledge-texts/:version': ['查看一个版本的承诺书文本', 'Read one text of the pledge'],
      'GET /v1/pledges': ['查询承诺', 'List pledges'],
      'POST /v1/pledges': ['按新文本重新承诺', 'Pledge anew, to a new text'],
      'GET /v1/access-applications': ['查询首次接入申请', 'List applications for first access'],
      'POST /v1/access-applications': ['申请首次接入并作出承诺', 'Apply for first access, with the pledge'],
      'GET /v1/access-applications/:id': ['查看一件首次接入申请', 'Read one application for first access'],
      'PATCH /v1/access-applications/:id': ['修改首次接入申请', 'Change an application for first access'],
      'POST /v1/access-applications/:id/submission': ['提交首次接入申请', 'Submit an application for first access'],
      'POST /v1/access-applications/:id/review': ['开始审查首次接入申请', 'Begin the review of an application'],
      'POST /v1/access-applications/:id/return': ['退回首次接入申请', 'Return an application to be completed'],
      'POST /v1/access-applications/:id/approval': [
        '批准首次接入',
        'Approve an application: the department is admitted',
      ],
      'POST /v1/access-applications/:id/rejection': [
        '不批准首次接入并说明理由',
        'Reject an application, with the reason',
      ],
      'POST /v1/access-applications/:id/withdrawal': ['撤回首次接入申请', 'Withdraw an application'],
      'GET /v1/admissions': ['查询接入资格', 'List admissions'],
      'GET /v1/admissions/:organisationId': ['查看一个部门的接入资格', 'Read one department’s admission'],
      'POST /v1/admissions/:organisationId/suspension': ['暂停接入资格', 'Suspend an admission'],
      'POST /v1/admissions/:organisationId/resumption': ['恢复接入资格', 'Resume an admission'],
      'POST /v1/admissions/:organisationId/revocation': ['撤销接入资格', 'Revoke an admission'],
      'POST /v1/admissions/:organisationId/relinquishment': ['部门放弃接入资格', 'Give an admission up'],
    },
  },
  {
    name: ['年度权限核查', 'Access reviews'],
    about: [
      '各部门每年逐项核查任职、系统和接入资格,确认或终止',
      'Once a year each department confirms or ends its appointments, its systems and its admission',
    ],
    routes: {
      'GET /v1/access-reviews': ['查询权限核查', 'List access reviews'],
      'GET /v1/access-reviews/:id': ['查看一次权限核查', 'Read one access review'],
      'POST /v1/access-reviews/:id/items/:no/confirmation': ['确认一项', 'Confirm an item'],
      'POST /v1/access-reviews/:id/items/:no/end': ['终止一项', 'End what an item is about'],
    },
  },
];
