import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import { AdmissionStore } from './admission.store';
import { concerns } from './domain/access-application';
import { pledgeAnew } from './domain/admission';
import type { KeptPledge, Signature } from './domain/pledge';
import { publish, type NewPledgeText, type PledgeText } from './domain/pledge-text';
import { PledgeTextStore } from './pledge-text.store';

/** The texts of the pledge, and the pledges that departments have made. [R11.2] */
@Injectable()
export class PledgesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly texts: PledgeTextStore,
    private readonly admissions: AdmissionStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  currentText(): Promise<PledgeText> {
    return this.texts.current(this.clock.now());
  }

  async findText(version: string): Promise<PledgeText> {
    const text = await this.texts.find(version);
    if (!text) throw new Refusal('request.not_found');
    return text;
  }

  async listTexts(page: PageOf): Promise<Page<PledgeText>> {
    const { items, next } = await pageOf(page, this.cursors, ['pledge-texts'], async (after, limit) =>
      (await this.texts.list(after, limit)).map((text) => ({ id: text.version, ...text })),
    );
    return { items: items.map(({ id: _id, ...text }) => text), next };
  }

  publish(given: NewPledgeText, by: Principal): Promise<PledgeText> {
    return this.work.run(async (tx) => {
      const published = publish(given, await this.texts.latest(tx), by, this.clock.now());
      await this.texts.add(tx, published);
      return published.state;
    });
  }

  async list(organisationId: string, page: PageOf, by: Principal): Promise<Page<KeptPledge>> {
    const admission = await this.admissions.find(organisationId, this.clock.now());
    if (!admission || !concerns(admission.department, by)) throw new Refusal('request.not_found');
    return pageOf(page, this.cursors, ['pledges', organisationId], (after, limit) =>
      this.admissions.pledges(organisationId, after, limit),
    );
  }

  /** A department that is admitted pledges on the text in force; its grace period is over with it. */
  pledgeAnew(signature: Signature, by: Principal): Promise<KeptPledge> {
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const admission = await this.admissions.lock(tx, by.departmentId, now);
      const current = await this.texts.current(now, tx.manager);
      const { pledge, ...renewed } = pledgeAnew(admission, signature, current, by, now);
      const kept = { ...pledge, id: newId(), organisationId: by.departmentId, applicationId: null };
      await this.admissions.addPledge(tx, kept);
      await this.admissions.save(tx, renewed);
      return kept;
    });
  }
}
