import { Module } from '@nestjs/common';
import { GrantStore } from './grant.store';
import { GrantsConsumer } from './grants.consumer';

@Module({ controllers: [GrantsConsumer], providers: [GrantStore], exports: [GrantStore] })
export class GrantsModule {}
