import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { AdmissionStore } from '../admissions/admission.store';
import { endBody, endUnit, found, giveDuties, moveUnder, rename } from '../organisations/domain/organisation-ending';
import { dutiesAfter, type Effect, type Succession } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import type { OrganisationChange } from './domain/organisation-change';

/** What a change does to the bodies themselves: at its beginning, and when nothing hangs on them any more. */
@Injectable()
export class BodiesCarriedOut {
  constructor(
    private readonly organisations: OrganisationStore,
    private readonly admissions: AdmissionStore,
  ) {}

  async rename(tx: Transaction, { id, organisationIds, name, effectiveAt, decidedBy }: OrganisationChange, now: Date) {
    const organisation = await this.organisations.lock(tx, organisationIds[0]!);
    const given = { name: name!, until: effectiveAt, changeId: id, by: decidedBy };
    await this.organisations.save(tx, rename(organisation, given, now));
  }

  /** New bodies come into being, and the successors have the duties that go to them. */
  async start(tx: Transaction, { founded }: OrganisationChange, s: Succession, now: Date): Promise<void> {
    for (const given of founded) {
      const above = await this.organisations.above(tx, given.parentId);
      const body = found({ ...given, kind: 'DEPARTMENT', roles: [] }, above, s.decidedBy, now);
      await this.organisations.add(tx, body);
    }
    const ids = [...new Set([...s.from, ...s.heirs])].sort();
    for (const id of ids) await this.organisations.lock(tx, id);
    const before = await this.organisations.all(ids, tx.manager);
    for (const [id, duties] of dutiesAfter(s, before))
      await this.organisations.save(tx, giveDuties(before.get(id)!, duties, s.decidedBy, now));
  }

  /** Bodies that end, with their unit and what was awaited of them; those below come under who takes their place. */
  async end(tx: Transaction, s: Succession, now: Date): Promise<Effect[]> {
    const effects: Effect[] = [];
    for (const id of s.ending) {
      const body = await this.organisations.lock(tx, id);
      const above = [
        await this.organisations.above(tx, s.remainderTo),
        await this.organisations.above(tx, body.parentId),
      ];
      for (const child of await this.organisations.below(tx, [id])) {
        const moved = moveUnder(await this.organisations.lock(tx, child.id), above, s.decidedBy, now);
        await this.organisations.save(tx, moved);
        const { parentId: toId } = moved.state;
        effects.push({ thing: 'organisation', id: child.id, outcome: 'MOVED', fromId: id, toId, because: null });
      }
      const unit = await this.organisations.currentUnit(id, tx.manager);
      if (unit) {
        await this.organisations.endUnit(tx, endUnit(unit, now));
        effects.push({
          thing: 'responsible-unit',
          id: unit.id,
          outcome: 'ENDED',
          fromId: id,
          toId: null,
          because: 'BODY_ENDED',
        });
      }
      await this.admissions.close(tx, id);
      await this.organisations.save(tx, endBody(body, s, now));
    }
    return effects;
  }
}
