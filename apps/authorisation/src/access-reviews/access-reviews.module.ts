import { Module } from '@nestjs/common';
import { AdmissionsModule } from '../admissions/admissions.module';
import { OfficersModule } from '../officers/officers.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { SystemsModule } from '../systems/systems.module';
import { AccessReviewClock } from './access-review-clock.service';
import { AccessReviewDesk } from './access-review-desk';
import { AccessReviewStore } from './access-review.store';
import { AccessReviewsController } from './access-reviews.controller';
import { AccessReviewsService } from './access-reviews.service';

@Module({
  imports: [OrganisationsModule, OfficersModule, SystemsModule, AdmissionsModule],
  controllers: [AccessReviewsController],
  providers: [AccessReviewStore, AccessReviewDesk, AccessReviewsService, AccessReviewClock],
})
export class AccessReviewsModule {}
