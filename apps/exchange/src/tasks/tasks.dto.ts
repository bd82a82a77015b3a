import { Moment, PageQuery } from '@qiongtong/platform';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { TASK_KINDS, TASK_STATES, type TaskKind, type TaskState } from './domain/task';

const ID = /^[A-Za-z0-9._-]{1,64}$/;

export class RunsQuery extends PageQuery {
  /** Runs that started at this moment or later. */
  @IsOptional()
  @Moment()
  from?: string;

  /** Runs that started before this moment. */
  @IsOptional()
  @Moment()
  until?: string;
}

/** `from` and `until` are of the last run; of a job, of its order. */
export class TasksQuery extends RunsQuery {
  @IsOptional()
  @IsIn(TASK_KINDS)
  kind?: TaskKind;

  @IsOptional()
  @IsIn(TASK_STATES)
  state?: TaskState;

  @IsOptional()
  @Matches(ID)
  resourceId?: string;

  /** Provides or uses. */
  @IsOptional()
  @Matches(ID)
  departmentId?: string;
}
