import type { OnwardTransferPassed, OnwardTransferWithdrawn } from '@qiongtong/contracts';
import {
  formerOf,
  resourceAfter,
  systemsKept,
  useAfter,
  type Because,
  type Succeeded,
  type Succession,
} from '@qiongtong/regulation';
import { subject, type OnwardTransfer } from './onward-transfer';

/** A grant as it is afterwards. */
type HeldGrant = Readonly<{ holderId: string; status: string }>;
const isLive = ({ status }: HeldGrant): boolean => status === 'ACTIVE' || status === 'SUSPENDED';

type Changed = Readonly<{ state: OnwardTransfer; event: OnwardTransferPassed | OnwardTransferWithdrawn }>;

/**
 * A request to pass something on follows the grant it would come from. To whom it goes is what the provider is to decide:
 * with a recipient that ends, nothing is left to decide. [R13.2]
 *
 * @param parent the grant as it is afterwards; null where the holder has the resource by right
 */
export function succeed(
  transfer: OnwardTransfer,
  parent: HeldGrant | null,
  s: Succession,
  now: Date,
): Succeeded<Changed> | null {
  if (transfer.status !== 'REQUESTED') return null;
  const providerId = resourceAfter(s, transfer.resourceId, transfer.providerId);
  if (providerId === null) return withdrawn(transfer, 'RESOURCE_WITHDRAWN', s, now);
  const holderId = holderAfter(transfer, providerId, parent, s);
  if (holderId === null) return withdrawn(transfer, 'DUTY_ENDED', s, now);
  const { recipient } = transfer;
  if (s.ending.includes(recipient.id) || [providerId, holderId].includes(recipient.id))
    return withdrawn(transfer, 'BODY_ENDED', s, now);
  if (transfer.parentGrantId !== null && providerId === holderId) return withdrawn(transfer, 'OWN_RESOURCE', s, now);
  const ofVendor = recipient.kind === 'VENDOR';
  const systems = ofVendor
    ? systemsKept(s, transfer.holderId, holderId, transfer.scope.systems)
    : transfer.scope.systems;
  if (systems === null) return withdrawn(transfer, 'SYSTEMS_ENDED', s, now);
  const former = formerOf<OnwardTransfer>(transfer, { ...transfer, providerId, holderId }, ['providerId', 'holderId']);
  if (Object.keys(former).length === 0) return null;
  const scope = { ...transfer.scope, providerId, systems, ...(ofVendor && { holderId }) };
  const state: OnwardTransfer = { ...transfer, providerId, holderId, scope, revision: transfer.revision + 1 };
  const event: OnwardTransferPassed = {
    type: 'authorisation.onward-transfer-passed.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), changeId: s.changeId, former, revision: state.revision, by: s.decidedBy },
  };
  const side = former['holderId'] === undefined ? ('providerId' as const) : ('holderId' as const);
  const effect = { thing: 'onward-transfer', id: state.id, outcome: 'PASSED', because: null } as const;
  return { changed: { state, event }, effect: { ...effect, fromId: transfer[side], toId: state[side] } };
}

function holderAfter(
  transfer: OnwardTransfer,
  providerId: string,
  parent: HeldGrant | null,
  s: Succession,
): string | null {
  const { parentGrantId, holderId, scope } = transfer;
  if (parentGrantId !== null) return parent && isLive(parent) ? parent.holderId : null;
  if (holderId === transfer.providerId) return providerId;
  return useAfter(s, 'grants', transfer.id, holderId, scope.purposes);
}

function withdrawn(transfer: OnwardTransfer, because: Because, s: Succession, now: Date): Succeeded<Changed> {
  const state: OnwardTransfer = { ...transfer, status: 'WITHDRAWN', revision: transfer.revision + 1 };
  const event: OnwardTransferWithdrawn = {
    type: 'authorisation.onward-transfer-withdrawn.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), revision: state.revision, by: s.decidedBy },
  };
  const { id, holderId: fromId } = transfer;
  const effect = { thing: 'onward-transfer', id, outcome: 'ENDED', fromId, toId: null, because } as const;
  return { changed: { state, event }, effect };
}
