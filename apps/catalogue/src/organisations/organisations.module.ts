import { Module } from '@nestjs/common';
import { OrganisationStore } from './organisation.store';
import { OrganisationsConsumer } from './organisations.consumer';

@Module({ controllers: [OrganisationsConsumer], providers: [OrganisationStore], exports: [OrganisationStore] })
export class OrganisationsModule {}
