import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, UnitOfWork } from '@qiongtong/platform';
import { AuthorisationConfig } from '../config';
import { bootstrap as firstOfficer } from '../officers/domain/officer';
import { OfficerStore } from '../officers/officer.store';
import { bootstrap as firstOrganisation } from '../organisations/domain/organisation';
import { OrganisationStore } from '../organisations/organisation.store';

/** Makes the authority and the administrator that configuration names, once; everything else comes through the API. */
@Injectable()
export class Bootstrap implements OnApplicationBootstrap {
  private readonly log = new Logger(Bootstrap.name);

  constructor(
    private readonly config: AuthorisationConfig,
    private readonly work: UnitOfWork,
    private readonly organisations: OrganisationStore,
    private readonly officers: OfficerStore,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { config } = this;
    const made = await this.work.run(async (tx) => {
      if (!(await this.organisations.isEmpty(tx))) return 'nothing to do';
      if (config.BOOTSTRAP_ORGANISATION_ID === undefined) return 'nobody named';
      const now = this.clock.now();
      const organisation = firstOrganisation(
        {
          id: config.BOOTSTRAP_ORGANISATION_ID,
          name: config.BOOTSTRAP_ORGANISATION_NAME!,
          regionCode: config.BOOTSTRAP_REGION!,
        },
        now,
      );
      await this.organisations.add(tx, organisation);
      const { id: organisationId } = organisation.state;
      const officer = { id: config.BOOTSTRAP_OFFICER_ID!, name: config.BOOTSTRAP_OFFICER_NAME!, organisationId };
      await this.officers.add(tx, firstOfficer(officer, now));
      return 'made';
    });
    if (made === 'made')
      this.log.log({ msg: 'the first authority was registered', id: config.BOOTSTRAP_ORGANISATION_ID });
    if (made === 'nobody named')
      this.log.warn('no organisation is registered and BOOTSTRAP_ORGANISATION_ID names none');
  }
}
