import type { PermitState } from '@qiongtong/contracts';
import { instantOf } from '../policy/instants';
import { rowFilterWithin } from '../rows/row-filter-within';
import { maskedAtLeast, type GrantScope, type ScopeDimension } from './scope-within';

/** What of the data is published, and for how long. */
export type Publication = Pick<PermitState, 'items' | 'rowFilter' | 'mask' | 'period'>;

/** Every dimension in which a publication goes beyond the grant by which its publisher has the data. [R13.3] */
export function beyondGrant(publication: Publication, grant: GrantScope): ScopeDimension[] {
  const beyond: ScopeDimension[] = [];
  if (publication.items.some((item) => !grant.items.includes(item))) beyond.push('items');
  if (!rowFilterWithin(publication.rowFilter, grant.rowFilter)) beyond.push('rowFilter');
  if (publication.items.some((item) => !maskedAtLeast(publication, grant, item))) beyond.push('mask');
  const [asked, given] = [publication.period, grant.period];
  const within = instantOf(asked.from) >= instantOf(given.from) && instantOf(asked.until) <= instantOf(given.until);
  if (!within) beyond.push('period');
  return beyond;
}
