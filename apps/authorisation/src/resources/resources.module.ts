import { Module } from '@nestjs/common';
import { ResourceStore } from './resource.store';
import { ResourcesConsumer } from './resources.consumer';

@Module({ controllers: [ResourcesConsumer], providers: [ResourceStore], exports: [ResourceStore] })
export class ResourcesModule {}
