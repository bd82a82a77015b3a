import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { ErasurePageView, ErasurePath, ErasuresQuery, ErasureView, ProposeErasureDto } from './erasures.dto';
import { ErasuresService } from './erasures.service';

@ApiTags('audit')
@Controller('v1/audit/erasures')
export class ErasuresController {
  constructor(private readonly erasures: ErasuresService) {}

  /** Proposes to destroy the keys by which records of past quarters are traced. */
  @Post()
  @Idempotent()
  @ApiCreatedResponse({ type: ErasureView })
  propose(@CurrentPrincipal() by: Principal, @Body() body: ProposeErasureDto): Promise<ErasureView> {
    return this.erasures.propose(by, body);
  }

  @Get()
  @ApiOkResponse({ type: ErasurePageView })
  list(@CurrentPrincipal() by: Principal, @Query() { limit, cursor }: ErasuresQuery): Promise<ErasurePageView> {
    return this.erasures.list(by, limit, cursor);
  }

  /** By a second officer. The keys are gone when it is answered, for ever. */
  @Post(':id/confirmation')
  @HttpCode(200)
  @ApiOkResponse({ type: ErasureView })
  confirm(@CurrentPrincipal() by: Principal, @Param() { id }: ErasurePath): Promise<ErasureView> {
    return this.erasures.confirm(by, id);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @ApiOkResponse({ type: ErasureView })
  reject(@CurrentPrincipal() by: Principal, @Param() { id }: ErasurePath): Promise<ErasureView> {
    return this.erasures.reject(by, id);
  }
}
