import { Flag } from '@qiongtong/platform';
import { IsIn } from 'class-validator';

export class PushParameters {
  /** `delete` takes rows of the key items only; `snapshot` has all rows there are: what is not among them is removed. */
  @IsIn(['upsert', 'delete', 'snapshot'])
  operation: 'upsert' | 'delete' | 'snapshot' = 'upsert';

  /** `quarantine` applies the good rows and keeps the bad ones for repair; `refuse` applies all or nothing. */
  @IsIn(['refuse', 'quarantine'])
  onInvalid: 'refuse' | 'quarantine' = 'refuse';

  /** Looks at everything, says what would be inserted, updated and removed, and applies nothing. */
  @Flag()
  dryRun: boolean = false;
}
