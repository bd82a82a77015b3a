import type { Resource } from '../province/resources';

/** A sharing application that lacks nothing. */
export const anAsk = ({ id, items }: Resource, purpose: string, over: object = {}) => ({
  resourceId: id,
  items: items.map(({ code }) => code),
  actions: ['query'],
  purposes: [purpose],
  dutyBasis: '履行法定职责所依据的条例',
  scopeOfKnowledge: { units: ['业务处'] },
  securityMeasures: '专网访问、最小授权、全程留痕',
  method: 'API',
  frequency: 'ON_DEMAND',
  period: { from: '2026-01-01', until: '2027-12-31' },
  ...over,
});

export const LAW = {
  law: '中华人民共和国个人信息保护法',
  article: '第六条',
  quotation: '处理个人信息应当具有明确、合理的目的',
};
