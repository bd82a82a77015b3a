import { oversees, type GrantState, type Principal } from '@qiongtong/contracts';
import type { OnwardTransfer } from './onward-transfer';

/** A grant of a chain. */
export type Link = Readonly<{
  id: string;
  parentId: string | null;
  depth: number;
  providerId: string;
  holderId: string;
  recipientOwnerId: string | null;
  status: GrantState['status'];
  items: readonly string[];
  period: GrantState['period'];
  issuedAt: string;
}>;
/** How a grant of a chain came about: who asked for it, for whom, why, on what basis. */
export type ChainLink = Link &
  Readonly<{ transfer: Pick<OnwardTransfer, 'id' | 'recipient' | 'why' | 'basis'> | null }>;

/**
 * The chain as far as the caller may see it: the provider all of it at any time, and who oversees the provider's region;
 * a holder its own grant and what was passed on from it, which is its answer to the provider. [R13.2]
 *
 * @param chain every grant with the same root
 * @param region of the provider
 */
export function chainFor(
  grantId: string,
  chain: readonly Link[],
  transfers: readonly OnwardTransfer[],
  region: string,
  by: Principal,
): ChainLink[] {
  const grant = chain.find(({ id }) => id === grantId);
  if (!grant) return [];
  const whole = grant.providerId === by.departmentId || oversees(by, region);
  const visible = whole ? chain : chain.filter((link) => holdersAbove(link, chain).includes(by.departmentId));
  if (!visible.includes(grant)) return [];
  return visible.map((link) => {
    const transfer = transfers.find(({ decision }) => decision?.grantId === link.id);
    const { id, parentId, depth, providerId, holderId, recipientOwnerId, status, items, period, issuedAt } = link;
    return {
      ...{ id, parentId, depth, providerId, holderId, recipientOwnerId, status, items, period, issuedAt },
      transfer: transfer
        ? { id: transfer.id, recipient: transfer.recipient, why: transfer.why, basis: transfer.basis }
        : null,
    };
  });
}

/** Who holds a grant and every grant above it. */
function holdersAbove(link: Link, chain: readonly Link[]): string[] {
  const parent = chain.find(({ id }) => id === link.parentId);
  return [link.holderId, ...(parent ? holdersAbove(parent, chain) : [])];
}
