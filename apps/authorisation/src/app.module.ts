import { Global, Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type Clock } from '@qiongtong/platform';
import { AccessReviewRow } from './access-reviews/access-review.entity';
import { AccessReviewsModule } from './access-reviews/access-reviews.module';
import { AdmissionsModule } from './admissions/admissions.module';
import { AccessApplicationRow, AdmissionRow, PledgeRow, PledgeTextRow } from './admissions/admission.entities';
import { AgreementRow } from './agreements/agreement.entity';
import { AgreementsModule } from './agreements/agreements.module';
import { ApplicationsModule } from './applications/applications.module';
import { ApplicationBatchRow } from './applications/batch.entity';
import { SharingApplicationRow } from './applications/sharing-application.entity';
import { Bootstrap } from './bootstrap/bootstrap';
import { AuthorisationConfig } from './config';
import { CalendarVersionRow } from './calendar/calendar-version.entity';
import { ConsentCaseRow } from './consents/consent-case.entity';
import { ConsentsModule } from './consents/consents.module';
import { GrantRow } from './grants/grant.entity';
import { GrantsModule } from './grants/grants.module';
import { Authorisation1795305600000 } from './migrations/1795305600000-authorisation';
import { Consents1795400000000 } from './migrations/1795400000000-consents';
import { SharingApplications1795410000000 } from './migrations/1795410000000-sharing-applications';
import { StandingOfDepartments1795430000000 } from './migrations/1795430000000-standing-of-departments';
import { LifeOfGrants1795400000001 } from './migrations/1795400000001-life-of-grants';
import { Publications1795420000000 } from './migrations/1795420000000-publications';
import { CalendarVersions1795500000000 } from './migrations/1795500000000-calendar-versions';
import { Misuse1795450000001 } from './migrations/1795450000001-misuse';
import { Admissions1795600000000 } from './migrations/1795600000000-admissions';
import { AccessReviews1795600002000 } from './migrations/1795600002000-access-reviews';
import { KeysUsedElsewhere1795800000000 } from './migrations/1795800000000-keys-used-elsewhere';
import { AmendedAgreements1795600001000 } from './migrations/1795600001000-amended-agreements';
import { DepthOfTransfers1795420002000 } from './migrations/1795420002000-depth-of-transfers';
import { Agreements1795420001000 } from './migrations/1795420001000-agreements';
import { Stops1795440000000 } from './migrations/1795440000000-stops';
import { SystemKeys1795441000000 } from './migrations/1795441000000-system-keys';
import { OrganisationChanges1795700000000 } from './migrations/1795700000000-organisation-changes';
import { ResourceUses1798710000002 } from './migrations/1798710000002-resource-uses';
import { MisuseAlertRow } from './misuse/misuse-alert.entity';
import { MisuseModule } from './misuse/misuse.module';
import { OfficerRow } from './officers/officer.entity';
import { OfficersModule } from './officers/officers.module';
import { OrganisationRow, ResponsibleUnitRow } from './organisations/organisation.entity';
import { OrganisationChangeEffectRow, OrganisationChangeRow } from './organisation-changes/organisation-change.entity';
import { OrganisationChangesModule } from './organisation-changes/organisation-changes.module';
import { OrganisationsModule } from './organisations/organisations.module';
import { PermitRow, PublicationRequestRow } from './publications/publication.entities';
import { PublicationsModule } from './publications/publications.module';
import { ResourceRow } from './resources/resource.entity';
import { ResourcesModule } from './resources/resources.module';
import { RulePacksModule } from './rule-packs/rule-packs.module';
import { Rules } from './rule-packs/rules';
import { StopRow } from './stops/stop.entity';
import { StopsModule } from './stops/stops.module';
import { ReviewDelegationRow } from './review-delegations/review-delegation.entity';
import { ReviewDelegationsModule } from './review-delegations/review-delegations.module';
import { StandingConsentRow } from './standing-consents/standing-consent.entity';
import { StandingConsentsModule } from './standing-consents/standing-consents.module';
import { SystemRow } from './systems/system.entity';
import { SystemsModule } from './systems/systems.module';
import { OnwardTransferRow } from './transfers/onward-transfer.entity';
import { TransfersModule } from './transfers/transfers.module';

@Global()
@Module({})
export class AuthorisationModule {}

/** @param clock default the system's */
export const authorisationModule = (config: AuthorisationConfig, clock?: Clock): DynamicModule => ({
  module: AuthorisationModule,
  imports: [
    PlatformModule.forRoot({
      name: 'authorisation',
      config,
      clock,
      entities: [
        OrganisationRow,
        ResponsibleUnitRow,
        OfficerRow,
        SystemRow,
        AccessApplicationRow,
        AccessReviewRow,
        AdmissionRow,
        PledgeRow,
        PledgeTextRow,
        ResourceRow,
        SharingApplicationRow,
        ApplicationBatchRow,
        StandingConsentRow,
        ReviewDelegationRow,
        GrantRow,
        OnwardTransferRow,
        PublicationRequestRow,
        PermitRow,
        AgreementRow,
        ConsentCaseRow,
        CalendarVersionRow,
        StopRow,
        MisuseAlertRow,
        OrganisationChangeRow,
        OrganisationChangeEffectRow,
      ],
      migrations: [
        Authorisation1795305600000,
        Consents1795400000000,
        LifeOfGrants1795400000001,
        SharingApplications1795410000000,
        Publications1795420000000,
        Agreements1795420001000,
        DepthOfTransfers1795420002000,
        StandingOfDepartments1795430000000,
        Stops1795440000000,
        SystemKeys1795441000000,
        Misuse1795450000001,
        CalendarVersions1795500000000,
        Admissions1795600000000,
        AmendedAgreements1795600001000,
        AccessReviews1795600002000,
        KeysUsedElsewhere1795800000000,
        ResourceUses1798710000002,
        OrganisationChanges1795700000000,
      ],
      consumer: { topics: ['policy.resources'] },
    }),
    OrganisationsModule,
    OfficersModule,
    SystemsModule,
    ResourcesModule,
    AdmissionsModule,
    AccessReviewsModule,
    ConsentsModule,
    StandingConsentsModule,
    ReviewDelegationsModule,
    ApplicationsModule,
    GrantsModule,
    TransfersModule,
    PublicationsModule,
    AgreementsModule,
    StopsModule,
    MisuseModule,
    RulePacksModule,
    OrganisationChangesModule,
  ],
  providers: [{ provide: AuthorisationConfig, useValue: config }, Rules, Bootstrap],
  exports: [AuthorisationConfig, Rules],
});
