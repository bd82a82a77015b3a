import { IsIn } from 'class-validator';

export class PushParameters {
  /** `delete` takes rows of the key items only. */
  @IsIn(['upsert', 'delete'])
  operation: 'upsert' | 'delete' = 'upsert';

  /** `quarantine` applies the good rows and keeps the bad ones for repair; `refuse` applies all or nothing. */
  @IsIn(['refuse', 'quarantine'])
  onInvalid: 'refuse' | 'quarantine' = 'refuse';
}
