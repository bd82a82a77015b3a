import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { ActDto, AnswerDto, WithdrawalDto } from './entries.dto';
import { WithdrawalsService } from './withdrawals.service';

@Controller('v1/catalogue/entries/:id/withdrawal')
export class WithdrawalsController {
  constructor(private readonly withdrawals: WithdrawalsService) {}

  @Post()
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() body: WithdrawalDto, @CurrentPrincipal() by: Principal) {
    return this.withdrawals.withdraw(id, body, by);
  }

  @Post('consent')
  @HttpCode(200)
  @Idempotent()
  consent(@Param('id') id: string, @Body() { reason }: AnswerDto, @CurrentPrincipal() by: Principal) {
    return this.withdrawals.answer(id, { to: 'CONSENTED', reason }, by);
  }

  @Post('rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: AnswerDto, @CurrentPrincipal() by: Principal) {
    return this.withdrawals.answer(id, { to: 'NOT_CONSENTED', reason }, by);
  }

  @Post('retraction')
  @HttpCode(200)
  @Idempotent()
  retract(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.withdrawals.retract(id, by);
  }
}
