import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import {
  ArchivesQuery,
  ArchivesView,
  HoldPageView,
  HoldPath,
  HoldsQuery,
  HoldView,
  PlaceHoldDto,
} from './retention.dto';
import { RetentionService } from './retention.service';

@ApiTags('audit')
@Controller('v1/audit')
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  /** Parts of the log that stand in the archive, with their signed checkpoints. */
  @Get('archives')
  @ApiOkResponse({ type: ArchivesView })
  archives(@CurrentPrincipal() by: Principal, @Query() { from, limit }: ArchivesQuery): Promise<ArchivesView> {
    return this.retention.listArchives(by, from, limit);
  }

  /** Keeps what names an object from being pruned. */
  @Post('holds')
  @Idempotent()
  @ApiCreatedResponse({ type: HoldView })
  place(@CurrentPrincipal() by: Principal, @Body() body: PlaceHoldDto): Promise<HoldView> {
    return this.retention.place(by, body);
  }

  @Get('holds')
  @ApiOkResponse({ type: HoldPageView })
  holds(@CurrentPrincipal() by: Principal, @Query() { limit, cursor }: HoldsQuery): Promise<HoldPageView> {
    return this.retention.listHolds(by, limit, cursor);
  }

  @Post('holds/:id/lift')
  @HttpCode(200)
  @Idempotent()
  @ApiOkResponse({ type: HoldView })
  lift(@CurrentPrincipal() by: Principal, @Param() { id }: HoldPath): Promise<HoldView> {
    return this.retention.lift(by, id);
  }
}
