import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformConfig } from '@qiongtong/platform';
import { EntriesModule } from './entries/entries.module';
import { EntryRow } from './entries/entry.entity';
import { RegistrationRefusalRow } from './entries/registration-refusal.entity';
import { InterchangeModule } from './interchange/interchange.module';
import { Catalogue1795305600000 } from './migrations/1795305600000-catalogue';
import { FormerProviders1795700001000 } from './migrations/1795700001000-former-providers';
import { OrganisationRow } from './organisations/organisation.entity';
import { OrganisationsModule } from './organisations/organisations.module';

@Module({})
export class CatalogueModule {}

export const catalogueModule = (config: PlatformConfig): DynamicModule => ({
  module: CatalogueModule,
  imports: [
    PlatformModule.forRoot({
      name: 'catalogue',
      config,
      entities: [EntryRow, RegistrationRefusalRow, OrganisationRow],
      migrations: [Catalogue1795305600000, FormerProviders1795700001000],
      consumer: { topics: ['policy.organisations', 'facts.authorisation'] },
    }),
    OrganisationsModule,
    EntriesModule,
    InterchangeModule,
  ],
});
