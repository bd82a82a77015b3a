import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, type Page } from '@qiongtong/platform';
import { checkItems } from '../entries/domain/items';
import { EntryDesk } from '../entries/entry-desk';
import { AssignmentStore } from './assignment.store';
import {
  changeElement,
  keepElement,
  populationsGone,
  retireElement,
  type DataElement,
  type ElementVersion,
  type Standard,
  type StandardChange,
} from './domain/data-element';
import { ElementStore, type ElementFilter } from './element.store';

/** The standard data elements of the province. [R6.2] */
@Injectable()
export class DataElementsService {
  constructor(
    private readonly desk: EntryDesk,
    private readonly elements: ElementStore,
    private readonly assignments: AssignmentStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string): Promise<DataElement> {
    const element = await this.elements.find(id);
    if (!element) throw new Refusal('request.not_found');
    return element;
  }

  async list(filter: ElementFilter, limit: number, cursor: string | undefined): Promise<Page<DataElement>> {
    const scope = JSON.stringify(['data-elements', filter.q, filter.status]);
    const after = cursor === undefined ? null : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const found = await this.elements.list(filter, after, limit + 1);
    const last = found[limit - 1];
    const next = last && found.length > limit ? this.cursors.encode({ id: last.id }, scope) : null;
    return { items: found.slice(0, limit), next };
  }

  async versions(id: string, limit: number, cursor: string | undefined): Promise<Page<ElementVersion>> {
    await this.find(id);
    const scope = JSON.stringify(['data-element-versions', id]);
    const before = cursor === undefined ? null : this.cursors.decode<{ n: number }>(cursor, scope).n;
    const found = await this.elements.versions(id, before, limit + 1);
    const last = found[limit - 1];
    const next = last && found.length > limit ? this.cursors.encode({ n: last.revision }, scope) : null;
    return { items: found.slice(0, limit), next };
  }

  keep(id: string, standard: Standard, effectiveFrom: string | null, by: Principal): Promise<DataElement> {
    return this.desk.unmarked([id, standard], by, async (tx) => {
      const { state, event } = keepElement(id, standard, effectiveFrom, by, this.clock.now());
      checkDomain(state.standard);
      if (!(await this.elements.add(tx, state))) throw new Refusal('catalogue.element_taken', { about: [id] });
      tx.publish(event);
      return state;
    });
  }

  change(
    id: string,
    revision: number,
    change: StandardChange,
    effectiveFrom: string | null,
    by: Principal,
  ): Promise<DataElement> {
    return this.desk.unmarked(change, by, async (tx) => {
      const element = await this.elements.lock(tx, id);
      if (!element) throw new Refusal('request.not_found');
      const { state, event } = changeElement(element, change, effectiveFrom, by, this.clock.now());
      expectRevision(element.revision, revision);
      checkDomain(state.standard);
      const gone = populationsGone(element.standard, state.standard);
      const collected = gone.length > 0 ? await this.assignments.heldOf(tx, id, gone) : [];
      if (collected.length > 0) throw new Refusal('catalogue.element_collected', { about: collected });
      await this.elements.change(tx, state);
      tx.publish(event);
      return state;
    });
  }

  retire(id: string, by: Principal): Promise<DataElement> {
    return this.desk.unmarked(null, by, async (tx) => {
      const element = await this.elements.lock(tx, id);
      if (!element) throw new Refusal('request.not_found');
      const { state, event } = retireElement(element, by, this.clock.now());
      const collected = await this.assignments.heldOf(tx, id, null);
      if (collected.length > 0) throw new Refusal('catalogue.element_collected', { about: collected });
      await this.elements.save(tx, state);
      tx.publish(event);
      return state;
    });
  }
}

/** Type, length and code list of an element agree as those of an item must. */
export function checkDomain({ name, type, length, codeList }: Standard): void {
  const item = { code: 'element', name, type, ...(length !== null && { length }), ...(codeList && { codeList }) };
  try {
    checkItems([{ ...item, key: false, required: false, sensitive: false, queryable: false }], false);
  } catch (error) {
    if (!(error instanceof Refusal) || !error.details.errors) throw error;
    const errors = error.details.errors.map((e) => ({ ...e, pointer: e.pointer.replace('/items/0', '') }));
    throw new Refusal('request.invalid', { errors });
  }
}
