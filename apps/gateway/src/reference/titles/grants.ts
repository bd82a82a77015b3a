import type { Section } from './section';

export const GRANTS: readonly Section[] = [
  {
    name: ['授权', 'Grants'],
    about: ['谁可以为何用途使用哪些信息项,直至何时', 'Who may use which items, for what, and until when'],
    routes: {
      'GET /v1/grants': ['查询授权', 'List grants'],
      'GET /v1/grants/:id': ['查看一项授权', 'Read one grant'],
      'GET /v1/grants/:id/chain': ['查看转授权链', 'Read the chain of transfers of a grant'],
      'POST /v1/grants/:id/revocation': ['撤销授权', 'Revoke a grant'],
      'POST /v1/grants/:id/suspension': ['暂停授权', 'Suspend a grant'],
      'POST /v1/grants/:id/resumption': ['恢复授权', 'Resume a grant'],
      'POST /v1/grants/:id/amendment': ['缩小授权范围', 'Narrow a grant'],
      'POST /v1/grants/:id/proposals/:caseId/withdrawal': [
        '撤回限制授权的拟办意见',
        'Take back a proposal against a grant',
      ],
      'POST /v1/grants/:id/renewal-request': ['申请续期', 'Ask for a grant’s renewal'],
      'POST /v1/grants/:id/renewal': ['同意续期', 'Renew a grant'],
      'POST /v1/grants/:id/review': ['年度复核', 'Review a grant, once a year'],
      'POST /v1/grants/:id/relinquishment': ['使用部门放弃授权', 'Give a grant up, as its holder'],
      'POST /v1/grants/:id/disposal-report': [
        '报告授权终止后数据的处置',
        'Report what became of the data after a grant’s end',
      ],
    },
  },
  {
    name: ['转给第三方', 'Onward transfers'],
    about: [
      '把共享数据转给第三方,须经提供部门授权',
      'Passing shared data on to a third party needs the provider’s authorisation',
    ],
    routes: {
      'GET /v1/onward-transfers': ['查询转给第三方的申请', 'List onward transfers'],
      'POST /v1/onward-transfers': ['申请转给第三方', 'Ask for an onward transfer'],
      'GET /v1/onward-transfers/:id': ['查看一件申请', 'Read one onward transfer'],
      'POST /v1/onward-transfers/:id/authorisation': ['授权转给第三方', 'Authorise an onward transfer'],
      'POST /v1/onward-transfers/:id/rejection': ['不予授权', 'Reject an onward transfer'],
      'POST /v1/onward-transfers/:id/withdrawal': ['撤回申请', 'Withdraw an onward transfer'],
    },
  },
  {
    name: ['向社会发布', 'Publication'],
    about: [
      '向社会发布共享数据,须经提供部门及各来源部门同意',
      'Publishing shared data needs the consent of its provider and of every origin',
    ],
    routes: {
      'GET /v1/publication-requests': ['查询发布申请', 'List publication requests'],
      'POST /v1/publication-requests': ['申请向社会发布', 'Ask to publish a resource'],
      'GET /v1/publication-requests/:id': ['查看一件发布申请', 'Read one publication request'],
      'POST /v1/publication-requests/:id/consent': ['同意发布', 'Consent to a publication'],
      'POST /v1/publication-requests/:id/rejection': ['不同意发布', 'Reject a publication'],
      'POST /v1/publication-requests/:id/withdrawal': ['撤回发布申请', 'Withdraw a publication request'],
      'GET /v1/publication-permits': ['查询发布许可', 'List publication permits'],
      'GET /v1/publication-permits/:id': ['查看一项发布许可', 'Read one publication permit'],
      'POST /v1/publication-permits/:id/withdrawal': ['撤销发布许可', 'Withdraw a publication permit'],
    },
  },
];
