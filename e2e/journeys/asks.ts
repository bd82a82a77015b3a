import { reviewerOf, submitterOf } from '../province/bodies';
import type { Province } from '../province/province';
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

/** What `ybj` asks for of a resource of `mzt`, and is granted. @returns the grant's id */
export async function granted(
  province: Province,
  resource: Resource,
  purpose: string,
  over: object = {},
): Promise<string> {
  const asked = anAsk(resource, purpose, over);
  const { id } = await province.done(submitterOf('ybj'), 'POST', '/v1/sharing-applications', asked);
  const path = `/v1/sharing-applications/${String(id)}/consent`;
  const { decision } = await province.done(reviewerOf('mzt'), 'POST', path, { matterNumber: 'optional' });
  return (decision as { grantId: string }).grantId;
}

export const LAW = {
  law: '中华人民共和国个人信息保护法',
  article: '第六条',
  quotation: '处理个人信息应当具有明确、合理的目的',
};
