import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { issue, type Grant } from '../grants/domain/grant';
import { GrantStore } from '../grants/grant.store';
import { pageOf, type PageOf } from '../pages';
import {
  authorise,
  reject,
  request,
  withdraw,
  type Held,
  type NewTransfer,
  type OnwardTransfer,
} from './domain/onward-transfer';
import { OnwardTransferStore, type OnwardTransferFilter } from './onward-transfer.store';
import { TransferDesk, type Source } from './transfer-desk';

export type TransferRequest = Readonly<{ source: Source; recipientId: string; why: string; basis: string }> &
  Readonly<{
    /** A dimension left out is as in the grant it comes from. */
    scope: Pick<NewTransfer['scope'], 'items' | 'actions' | 'purposes' | 'period' | 'systems'> &
      Partial<NewTransfer['scope']>;
  }>;

@Injectable()
export class TransfersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly transfers: OnwardTransferStore,
    private readonly grants: GrantStore,
    private readonly desk: TransferDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<OnwardTransfer> {
    const transfer = await this.transfers.find(id);
    if (!transfer || !(await this.desk.isKnownTo(transfer, by))) throw new Refusal('request.not_found');
    return transfer;
  }

  list(filter: OnwardTransferFilter, page: PageOf, by: Principal): Promise<Page<OnwardTransfer>> {
    const { status, resourceId, grantId } = filter;
    return pageOf(page, this.cursors, ['transfers', by.departmentId, status, resourceId, grantId], (after, limit) =>
      this.transfers.list(filter, by, after, limit),
    );
  }

  /** Asks the original provider whether the holder may pass on a part of what it obtained. */
  async request({ source, recipientId, why, basis, scope }: TransferRequest, by: Principal): Promise<OnwardTransfer> {
    const now = this.clock.now();
    const { resource, parent } = await this.desk.source(source, by);
    const recipient = await this.desk.recipient(recipientId);
    const whole = { ...asIn(parent, scope.items), ...scope };
    const checked = await this.desk.checkedScope(whole, resource, recipient, parent?.holderId ?? by.departmentId, now);
    const rulePack = await this.desk.rulePack(resource.providerId, now);
    return this.work.run(async (tx) => {
      const held = await this.desk.held(tx, resource, source.grantId ?? null, by.departmentId, recipient);
      const given = { id: newId(), why, basis, rulePack, scope: checked };
      const { state, event } = request(given, held, recipient, by, now);
      await this.transfers.add(tx, state);
      tx.publish(event);
      return state;
    });
  }

  /** The original provider says yes: the derived grant is there at once. */
  async authorise(id: string, reason: string, by: Principal): Promise<OnwardTransfer> {
    const { resourceId } = await this.find(id, by);
    const { resource } = await this.desk.source({ resourceId }, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const transfer = await this.transfers.lock(tx, id);
      const recipient = await this.desk.recipient(transfer.recipient.id);
      const held = await this.desk.held(tx, resource, transfer.parentGrantId, transfer.holderId, recipient);
      const { state, event } = authorise(transfer, held, recipient, { grantId: newId(), reason }, by, now);
      await this.transfers.save(tx, state);
      tx.publish(event);
      await this.grants.add(tx, derived(state, held, now));
      return state;
    });
  }

  reject(id: string, reason: string, by: Principal): Promise<OnwardTransfer> {
    return this.ended(id, by, (transfer) => reject(transfer, reason, by, this.clock.now()));
  }

  withdraw(id: string, by: Principal): Promise<OnwardTransfer> {
    return this.ended(id, by, (transfer) => withdraw(transfer, by, this.clock.now()));
  }

  private async ended(
    id: string,
    by: Principal,
    end: (transfer: OnwardTransfer) => ReturnType<typeof reject | typeof withdraw>,
  ): Promise<OnwardTransfer> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const { state, event } = end(await this.transfers.lock(tx, id));
      await this.transfers.save(tx, state);
      tx.publish(event);
      return state;
    });
  }
}

/** What a transfer leaves unsaid is as narrow as its parent; without a parent it is open. */
function asIn(parent: Grant | null, items: readonly string[]): Unsaid {
  const { mask, rowFilter, matterNumber, scopeOfKnowledge, limits } = parent ?? OPEN;
  const masked = Object.fromEntries(Object.entries(mask).filter(([item]) => items.includes(item)));
  return { rowFilter, mask: masked, matterNumber, scopeOfKnowledge, limits };
}
type Unsaid = Pick<NewTransfer['scope'], 'rowFilter' | 'mask' | 'matterNumber' | 'scopeOfKnowledge' | 'limits'>;
const OPEN: Unsaid = {
  rowFilter: null,
  mask: {},
  matterNumber: 'optional',
  scopeOfKnowledge: { units: [], posts: [], officers: [] },
  limits: {},
};

function derived(transfer: OnwardTransfer, { grant }: Held, now: Date) {
  const { by, grantId } = transfer.decision!;
  const origin = { kind: 'onward-transfer', id: transfer.id } as const;
  const given = { id: grantId!, parent: grant as Grant | null, origin, rulePack: transfer.rulePack, by };
  return issue(transfer.scope, given, now);
}
