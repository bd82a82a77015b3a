import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformConfig } from '@qiongtong/platform';
import { DcatModule } from './dcat/dcat.module';
import { ClocksModule } from './clocks/clocks.module';
import { AlikeModule } from './alike/alike.module';
import { EntriesModule } from './entries/entries.module';
import { EntryRow } from './entries/entry.entity';
import { EntryRevisionRow, EntryVersionRow } from './entries/version.entity';
import { RegistrationRefusalRow } from './entries/registration-refusal.entity';
import { HarvestModule } from './harvest/harvest.module';
import { InterchangeModule } from './interchange/interchange.module';
import { Catalogue1795305600000 } from './migrations/1795305600000-catalogue';
import { FormerProviders1795700001000 } from './migrations/1795700001000-former-providers';
import { EntryVersions1798020000001 } from './migrations/1798020000001-entry-versions';
import { CatalogueImports1798050000001 } from './migrations/1798050000001-catalogue-imports';
import { EntryReviews1798300000001 } from './migrations/1798300000001-entry-reviews';
import { CatalogueChanges1798500000001 } from './migrations/1798500000001-catalogue-changes';
import { OneSource1798200000001 } from './migrations/1798200000001-one-source';
import { SourcedItems1798200000002 } from './migrations/1798200000002-sourced-items';
import { CollectionEndings1798710000000 } from './migrations/1798710000000-collection-endings';
import { ResourceUsers1798710000002 } from './migrations/1798710000002-resource-users';
import { ElementProposals1798710000001 } from './migrations/1798710000001-element-proposals';
import { OneSourceModule } from './one-source/one-source.module';
import { EntryClocks1798300000004 } from './migrations/1798300000004-entry-clocks';
import { ScheduledWithdrawals1798300000003 } from './migrations/1798300000003-scheduled-withdrawals';
import { SharingGrants1798300000002 } from './migrations/1798300000002-sharing-grants';
import { CatalogueSystem1798100000001 } from './migrations/1798100000001-catalogue-system';
import { EditionMigration1798100000002 } from './migrations/1798100000002-edition-migration';
import { MigrationModule } from './system/migration.module';
import { OrganisationRow } from './organisations/organisation.entity';
import { OrganisationsModule } from './organisations/organisations.module';
import { SamplesModule } from './samples/samples.module';
import { SearchModule } from './search/search.module';
import { MountedData1798500000002 } from './migrations/1798500000002-mounted-data';
import { StatisticsModule } from './statistics/statistics.module';

@Module({})
export class CatalogueModule {}

export const catalogueModule = (config: PlatformConfig): DynamicModule => ({
  module: CatalogueModule,
  imports: [
    PlatformModule.forRoot({
      name: 'catalogue',
      config,
      entities: [EntryRow, EntryRevisionRow, EntryVersionRow, RegistrationRefusalRow, OrganisationRow],
      migrations: [
        Catalogue1795305600000,
        FormerProviders1795700001000,
        EntryVersions1798020000001,
        CatalogueImports1798050000001,
        EntryReviews1798300000001,
        CatalogueChanges1798500000001,
        OneSource1798200000001,
        SharingGrants1798300000002,
        CatalogueSystem1798100000001,
        ScheduledWithdrawals1798300000003,
        EntryClocks1798300000004,
        SourcedItems1798200000002,
        EditionMigration1798100000002,
        MountedData1798500000002,
        CollectionEndings1798710000000,
        ElementProposals1798710000001,
        ResourceUsers1798710000002,
      ],
      consumer: {
        topics: [
          'policy.organisations',
          'policy.grants',
          'reference.calendar',
          'facts.authorisation',
          'facts.catalogue',
          'facts.exchange',
        ],
      },
    }),
    OrganisationsModule,
    EntriesModule,
    ClocksModule,
    InterchangeModule,
    MigrationModule,
    HarvestModule,
    OneSourceModule,
    AlikeModule,
    DcatModule,
    SamplesModule,
    StatisticsModule,
    SearchModule,
  ],
});
