import { Module } from '@nestjs/common';
import { UseStore } from './use.store';
import { UseWatch } from './use-watch';

@Module({ providers: [UseStore, UseWatch], exports: [UseWatch] })
export class UsesModule {}
