import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page } from '@qiongtong/platform';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import { isKnownTo, move, partiesOf, type MisuseAlert, type Regions } from './domain/misuse-alert';
import { MisuseAlertStore, type MisuseAlertFilter } from './misuse-alert.store';

/** What people do with alerts. Stopping somebody is another act, with its own reason and end: `POST /v1/stops`. */
@Injectable()
export class MisuseAlertsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly alerts: MisuseAlertStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<MisuseAlert> {
    const alert = await this.alerts.find(id);
    if (!alert || !isKnownTo(alert, by, await this.regionsOf(alert))) throw new Refusal('request.not_found');
    return alert;
  }

  list(filter: MisuseAlertFilter, page: PageOf, by: Principal): Promise<Page<MisuseAlert>> {
    const { status, rule, departmentId, resourceId } = filter;
    const scope = ['misuse-alerts', by.departmentId, status, rule, departmentId, resourceId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.alerts.list(filter, by, after, limit));
  }

  acknowledge(id: string, reason: string, by: Principal): Promise<MisuseAlert> {
    return this.move(id, 'ACKNOWLEDGED', reason, by);
  }

  /** Nothing was wrong; the caller is no longer slowed. */
  dismiss(id: string, reason: string, by: Principal): Promise<MisuseAlert> {
    return this.move(id, 'DISMISSED', reason, by);
  }

  confirm(id: string, reason: string, by: Principal): Promise<MisuseAlert> {
    return this.move(id, 'CONFIRMED', reason, by);
  }

  private async move(id: string, to: Parameters<typeof move>[1], reason: string, by: Principal): Promise<MisuseAlert> {
    const regions = await this.regionsOf(await this.find(id, by));
    return this.work.run(async (tx) => {
      const moved = move(await this.alerts.lock(tx, id), to, reason, by, regions, this.clock.now());
      await this.alerts.save(tx, moved);
      return moved.state;
    });
  }

  private async regionsOf(alert: MisuseAlert): Promise<Regions> {
    const known = await this.organisations.all(partiesOf(alert));
    return new Map([...known].map(([id, { regionCode }]) => [id, regionCode]));
  }
}
