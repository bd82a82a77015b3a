import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, type Page, type Transaction } from '@qiongtong/platform';
import { EntryDesk } from '../entries/entry-desk';
import { checkDomain } from './data-elements.service';
import { keepElement, type Standard } from './domain/data-element';
import * as acts from './domain/element-proposal';
import type { ElementProposal } from './domain/element-proposal';
import { ElementProposalStore, type ElementProposalFilter } from './element-proposal.store';
import { ElementStore } from './element.store';

/** Data elements that departments want to be standards, and what the authority says of them. [R6.2] */
@Injectable()
export class ElementProposalsService {
  constructor(
    private readonly desk: EntryDesk,
    private readonly elements: ElementStore,
    private readonly proposals: ElementProposalStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<ElementProposal> {
    const proposal = await this.proposals.find(id);
    if (!proposal || !acts.isKnownTo(proposal, by)) throw new Refusal('request.not_found');
    return proposal;
  }

  async list(
    filter: ElementProposalFilter,
    limit: number,
    cursor: string | undefined,
    by: Principal,
  ): Promise<Page<ElementProposal>> {
    const scope = JSON.stringify(['element-proposals', by.departmentId, filter.status]);
    const before = cursor === undefined ? null : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const found = await this.proposals.list(filter, by, before, limit + 1);
    const last = found[limit - 1];
    const next = last && found.length > limit ? this.cursors.encode({ id: last.id }, scope) : null;
    return { items: found.slice(0, limit), next };
  }

  propose(elementId: string, standard: Standard, reason: string, by: Principal): Promise<ElementProposal> {
    return this.desk.unmarked([elementId, standard, reason], by, async (tx) => {
      const { state, event } = acts.proposeElement(newId(), { elementId, standard, reason }, by, this.clock.now());
      checkDomain(standard);
      if (await this.elements.find(elementId)) throw new Refusal('catalogue.element_taken', { about: [elementId] });
      if (!(await this.proposals.add(tx, state))) throw new Refusal('catalogue.element_proposed', { about: [elementId] }); // prettier-ignore
      tx.publish(event);
      return state;
    });
  }

  /** It is a standard from now on, or from the day named, and may be assigned. */
  accept(id: string, remarks: string, effectiveFrom: string | null, by: Principal): Promise<ElementProposal> {
    return this.desk.unmarked(remarks, by, async (tx) => {
      const now = this.clock.now();
      const { state, event } = acts.acceptElement(await this.locked(tx, id, by), remarks, by, now);
      const kept = keepElement(state.elementId, state.standard, effectiveFrom, by, now);
      if (!(await this.elements.add(tx, kept.state))) throw new Refusal('catalogue.element_taken', { about: [state.elementId] }); // prettier-ignore
      await this.proposals.save(tx, state);
      tx.publish(event);
      tx.publish(kept.event);
      return state;
    });
  }

  return(id: string, remarks: string, by: Principal): Promise<ElementProposal> {
    return this.desk.unmarked(remarks, by, async (tx) => {
      const { state, event } = acts.returnElement(await this.locked(tx, id, by), remarks, by, this.clock.now());
      await this.proposals.save(tx, state);
      tx.publish(event);
      return state;
    });
  }

  private async locked(tx: Transaction, id: string, by: Principal): Promise<ElementProposal> {
    const proposal = await this.proposals.lock(tx, id);
    if (!proposal || !acts.isKnownTo(proposal, by)) throw new Refusal('request.not_found');
    return proposal;
  }
}
