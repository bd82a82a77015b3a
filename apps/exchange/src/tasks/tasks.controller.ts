import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, PageQuery, type Page } from '@qiongtong/platform';
import { ExchangeNodes, type NodeView } from './nodes.service';
import { RunsQuery, TasksQuery } from './tasks.dto';
import { TasksService, type TaskRunView, type TaskView } from './tasks.service';

@Controller('v1/exchange')
export class TasksController {
  constructor(
    private readonly tasks: TasksService,
    private readonly nodes: ExchangeNodes,
  ) {}

  @Get('nodes')
  @ApiOperation({
    summary: 'Nodes that are called for data or sent it, and how that goes: one’s own, or of one’s region',
  })
  nodesOf(@Query() page: PageQuery, @CurrentPrincipal() by: Principal): Promise<Page<NodeView>> {
    return this.nodes.list(page, by);
  }

  @Get('tasks')
  @ApiOperation({
    summary:
      'Channels, exports, feeds, pushes and queries as tasks, with their last run: one’s own, or of one’s region',
  })
  list(@Query() query: TasksQuery, @CurrentPrincipal() by: Principal): Promise<Page<TaskView>> {
    return this.tasks.list(query, by);
  }

  @Get('tasks/:taskId/runs')
  @ApiOperation({ summary: 'When a task ran, the latest first: start, end, rows, bytes and why it failed' })
  runs(
    @Param('taskId') taskId: string,
    @Query() query: RunsQuery,
    @CurrentPrincipal() by: Principal,
  ): Promise<Page<TaskRunView>> {
    return this.tasks.runs(taskId, query, by);
  }
}
