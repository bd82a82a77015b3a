import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch } from '@qiongtong/platform';
import { AssignDto, DecidingDto, ListAssignmentsQuery, ProposeAssignmentDto, RejectProposalDto, SupersedeDto } from './assignments.dto'; // prettier-ignore
import { AssignmentsService } from './assignments.service';

@Controller('v1/catalogue/collection-assignments')
export class AssignmentsController {
  constructor(private readonly assignments: AssignmentsService) {}

  @Post()
  @Idempotent()
  assign(@Body() { departmentId, documentNumber, reason, ...terms }: AssignDto, @CurrentPrincipal() by: Principal) {
    return this.assignments.assign(terms, departmentId, { documentNumber, reason }, by);
  }

  @Post('proposals')
  @Idempotent()
  propose(@Body() { reason, ...terms }: ProposeAssignmentDto, @CurrentPrincipal() by: Principal) {
    return this.assignments.propose(terms, reason, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListAssignmentsQuery, @CurrentPrincipal() by: Principal) {
    return this.assignments.list(filter, limit, cursor, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.assignments.find(id, by);
  }

  @Post(':id/acceptance')
  @HttpCode(200)
  @Idempotent()
  accept(@Param('id') id: string, @Body() deciding: DecidingDto, @CurrentPrincipal() by: Principal) {
    return this.assignments.accept(id, deciding, by);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectProposalDto, @CurrentPrincipal() by: Principal) {
    return this.assignments.reject(id, reason, by);
  }

  @Put(':id/collector')
  supersede(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() { departmentId, ...deciding }: SupersedeDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.assignments.supersede(id, revision, departmentId, deciding, by);
  }

  @Put(':id/end')
  end(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() deciding: DecidingDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.assignments.end(id, revision, deciding, by);
  }
}
