import { Module } from '@nestjs/common';
import { VerifyPage } from './verify-page';
import { VerifyPageController } from './verify-page.controller';

@Module({ controllers: [VerifyPageController], providers: [VerifyPage] })
export class VerifyPageModule {}
