import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { MISUSE_RULES, type MisuseRule, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Given, Idempotent, PageQuery, Roles } from '@qiongtong/platform';
import { OneOf, Slug, Text } from '../fields';
import { MISUSE_ALERT_STATUSES, type MisuseAlertStatus } from './domain/misuse-alert';
import { MisuseAlertsService } from './misuse-alerts.service';

const DECIDERS = ['REVIEWER', 'RESPONSIBLE_OFFICER', 'PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY'] as const;

export class MisuseActDto {
  @Text(2000) reason: string;
}

export class ListMisuseAlertsQuery extends PageQuery {
  @Given() @OneOf(MISUSE_ALERT_STATUSES) status?: MisuseAlertStatus;
  @Given() @OneOf(MISUSE_RULES) rule?: MisuseRule;
  @Given() @Slug() departmentId?: string;
  @Given() @Slug() resourceId?: string;
}

@Controller('v1/misuse-alerts')
export class MisuseAlertsController {
  constructor(private readonly alerts: MisuseAlertsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListMisuseAlertsQuery, @CurrentPrincipal() by: Principal) {
    return this.alerts.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.alerts.find(id, by);
  }

  @Post(':id/acknowledgement')
  @Roles(...DECIDERS)
  @HttpCode(200)
  @Idempotent()
  acknowledge(@Param('id') id: string, @Body() { reason }: MisuseActDto, @CurrentPrincipal() by: Principal) {
    return this.alerts.acknowledge(id, reason, by);
  }

  @Post(':id/dismissal')
  @Roles(...DECIDERS)
  @HttpCode(200)
  @Idempotent()
  dismiss(@Param('id') id: string, @Body() { reason }: MisuseActDto, @CurrentPrincipal() by: Principal) {
    return this.alerts.dismiss(id, reason, by);
  }

  @Post(':id/confirmation')
  @Roles(...DECIDERS)
  @HttpCode(200)
  @Idempotent()
  confirm(@Param('id') id: string, @Body() { reason }: MisuseActDto, @CurrentPrincipal() by: Principal) {
    return this.alerts.confirm(id, reason, by);
  }
}
