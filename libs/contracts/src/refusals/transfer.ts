import { refusals } from './entry';

/** Refusals on onward transfers of derived data and to third parties. */
export const TRANSFER_REFUSALS = refusals({
  'transfer.origin_not_given': {
    kind: 'unprocessable',
    requirement: 'R13.6',
    article: 13,
    zh: '该资源派生自其他资源,接收方未获得其来源的授权',
    en: 'The data are derived from others which the recipient has not been given by their own providers',
    nextZh: '请先就 about 所列来源取得其提供部门的授权',
    nextEn: 'Get the origins under about from their providers first',
  },
  'transfer.owner_not_attested': {
    kind: 'unprocessable',
    requirement: 'R14.7',
    article: 14,
    zh: '受托企业所运行的系统未经主管部门核实归属',
    en: 'The authority has not attested who runs the systems of the third party',
    nextZh: '请先由主管部门核实 about 所列系统的归属',
    nextEn: 'Have the authority attest the systems under about',
  },
});
