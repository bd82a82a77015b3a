import { PageQuery } from '@qiongtong/platform';
import { IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import { TASK_KINDS, TASK_STATES, type TaskKind, type TaskState } from './domain/task';

const ID = /^[A-Za-z0-9._-]{1,64}$/;
/** RFC 3339, in years that the database and the platform know. */
const MOMENT =
  /^(19|20|21)\d{2}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-3]):[0-5]\d)$/;

export class RunsQuery extends PageQuery {
  /** Runs that started at this moment or later. */
  @IsOptional()
  @Matches(MOMENT)
  @IsISO8601({ strict: true })
  from?: string;

  /** Runs that started before this moment. */
  @IsOptional()
  @Matches(MOMENT)
  @IsISO8601({ strict: true })
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
