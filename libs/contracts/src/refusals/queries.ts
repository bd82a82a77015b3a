import { refusals } from './entry';

/** Refusals of queries that a provider answers in its own time. What they share with exports is among those. */
export const QUERY_REFUSALS = refusals({
  'query.not_channel': {
    kind: 'conflict',
    requirement: 'R9.3',
    article: 9,
    zh: '该资源由平台存放,无需异步查询',
    en: 'The resource is kept here; nobody has to be waited for',
    nextZh: '请使用 records:query 查询,或申请导出文件',
    nextEn: 'Use records:query, or ask for an export',
  },
  'query.callback_not_listed': {
    kind: 'unprocessable',
    requirement: 'R13.4',
    article: 13,
    zh: '回调地址不在平台运行方许可的接收节点名单内,或地址格式不符合要求',
    en: 'The callback is not at a receiving node on the operator’s list, or its address is not written as it must be',
    nextZh: '请使用名单内节点的 https 域名地址,或不带 callbackUrl 提交后查看状态;新节点请联系平台运行方',
    nextEn:
      'Use the https address of a listed node, or leave callbackUrl out and look at the status; ask the operator to list a new node',
  },
});
