import type { Section } from './section';

export const SHARING: readonly Section[] = [
  {
    name: ['共享申请', 'Sharing applications'],
    about: [
      '有条件共享资源的申请、补正、协商与答复;期限按工作日计算',
      'Asking for a conditional resource: supplement, offer, decision; its clock counts working days',
    ],
    routes: {
      'GET /v1/sharing-applications': ['查询共享申请', 'List sharing applications'],
      'POST /v1/sharing-applications': ['提出共享申请,或存为草稿', 'Apply for a resource, or keep a draft'],
      'GET /v1/sharing-applications/:id': ['查看一件共享申请', 'Read one sharing application'],
      'PATCH /v1/sharing-applications/:id': ['修改草稿', 'Change a draft'],
      'POST /v1/sharing-applications/:id/submission': ['提交草稿', 'Submit a draft'],
      'POST /v1/sharing-applications/:id/review': ['开始审核', 'Begin the review of an application'],
      'POST /v1/sharing-applications/:id/supplement-request': [
        '一次性要求补正,期限暂停计算',
        'Ask once for a supplement; the clock pauses',
      ],
      'POST /v1/sharing-applications/:id/supplement': ['提交补正材料', 'Hand in a supplement'],
      'POST /v1/sharing-applications/:id/consent': [
        '同意共享,即行授权',
        'Consent to an application; the grant is issued',
      ],
      'POST /v1/sharing-applications/:id/offer': ['提出较小范围的共享方案', 'Offer less than was asked for'],
      'POST /v1/sharing-applications/:id/offer/acceptance': ['接受方案', 'Accept an offer'],
      'POST /v1/sharing-applications/:id/offer/rejection': ['不接受方案', 'Decline an offer'],
      'POST /v1/sharing-applications/:id/partial-consent': [
        '拟部分同意,报主管部门征得同意',
        'Propose to consent in part; the authority must agree',
      ],
      'POST /v1/sharing-applications/:id/refusal': [
        '拟不同意,报主管部门征得同意',
        'Propose to refuse; the authority must agree',
      ],
      'POST /v1/sharing-applications/:id/proposal/withdrawal': ['撤回拟办意见', 'Take a proposal back'],
      'POST /v1/sharing-applications/:id/extension': ['申请延长答复期限', 'Ask for more time to answer'],
      'POST /v1/sharing-applications/:id/withdrawal': ['撤回申请', 'Withdraw an application'],
      'POST /v1/sharing-application-batches': ['一次申请多项资源', 'Apply for several resources at once'],
      'GET /v1/sharing-application-batches/:id': ['查看一批申请', 'Read one batch of applications'],
    },
  },
  {
    name: ['常设同意与委托审核', 'Standing consents and delegated review'],
    about: [
      '提供部门预先同意的用途,以及交由其他部门代为审核',
      'Uses that a provider consents to in advance, and review left to another department',
    ],
    routes: {
      'GET /v1/standing-consents': ['查询常设同意', 'List standing consents'],
      'POST /v1/standing-consents': ['登记常设同意', 'Draw up a standing consent'],
      'GET /v1/standing-consents/:id': ['查看一项常设同意', 'Read one standing consent'],
      'POST /v1/standing-consents/:id/approval': ['批准常设同意', 'Approve a standing consent'],
      'POST /v1/standing-consents/:id/rejection': ['不批准常设同意', 'Reject a standing consent'],
      'POST /v1/standing-consents/:id/withdrawal': ['撤销常设同意', 'Withdraw a standing consent'],
      'GET /v1/review-delegations': ['查询委托审核', 'List delegations of review'],
      'POST /v1/review-delegations': ['委托其他部门审核', 'Delegate review to another department'],
      'GET /v1/review-delegations/:id': ['查看一项委托', 'Read one delegation'],
      'POST /v1/review-delegations/:id/end': ['终止委托', 'End a delegation'],
    },
  },
  {
    name: ['征得同意', 'Consent cases'],
    about: [
      '需主管部门同意的事项:不同意、部分同意、延期及限制授权',
      'What needs the authority’s agreement: refusal, partial consent, extension, taking from a grant',
    ],
    routes: {
      'GET /v1/consent-cases': ['查询征得同意事项', 'List consent cases'],
      'GET /v1/consent-cases/:id': ['查看一个事项', 'Read one case'],
      'POST /v1/consent-cases/:id/consent': ['主管部门同意', 'The authority consents'],
      'POST /v1/consent-cases/:id/non-consent': ['主管部门不同意', 'The authority does not consent'],
    },
  },
  {
    name: ['共享使用协议', 'Agreements'],
    about: ['双方按申请内容签订的协议文本', 'The text that both sides accept for an application'],
    routes: {
      'GET /v1/agreements': ['查询协议', 'List agreements'],
      'GET /v1/agreements/:id': ['查看一份协议', 'Read one agreement'],
      'POST /v1/agreements/:id/acceptance': ['按摘要签署协议', 'Accept an agreement by its digest'],
      'POST /v1/agreements/:id/amendment': ['提出变更协议和授权', 'Propose an amendment of an agreement and its grant'],
      'POST /v1/agreements/:id/withdrawal': ['撤回变更', 'Take back a proposed amendment'],
    },
  },
  {
    name: ['工作日历', 'Working-day calendar'],
    about: [
      '按年度发布和更正节假日与调休;进行中的时限随之重新计算并告知双方',
      'Holidays and worked weekend days of each year; a correction counts running clocks again and tells both sides',
    ],
    routes: {
      'GET /v1/calendars': ['查询各年度日历', 'List the calendars of all years'],
      'GET /v1/calendars/:year': ['查看某年度现行日历', 'Read the calendar of a year'],
      'GET /v1/calendars/:year/versions': ['查询某年度的各个版本', 'List the versions of a year'],
      'POST /v1/calendars/:year/versions': ['发布新版本', 'Publish a new version'],
      'GET /v1/calendars/:year/versions/:version': [
        '查看一个版本及其影响的时限',
        'Read one version, and how many clocks it moved',
      ],
      'GET /v1/calendars/:year/versions/:version/changes': ['比较两个版本', 'Compare two versions'],
    },
  },
  {
    name: ['规则包', 'Rule packs'],
    about: [
      '办法与上位法规的期限和开关:版本、生效日期、适用机关,以及本平台在法律留白处的选择',
      'The numbers and switches of the measures and later law: versions, dates, whom they bind, and what was chosen here',
    ],
    routes: {
      'GET /v1/rule-packs': ['查询规则包', 'List rule packs'],
      'GET /v1/rule-packs/:id': ['查看一个规则包', 'Read one rule pack'],
      'GET /v1/rules-in-force': ['某类机关在某日适用的规则', 'The rules that bind a type of body on a day'],
    },
  },
];
