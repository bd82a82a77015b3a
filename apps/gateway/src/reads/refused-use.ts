import type { Reason, Refusal } from '@qiongtong/contracts';

/** A use that was refused and is on record as such, with every reason. */
export class RefusedUse extends Error {
  constructor(
    readonly refusal: Refusal,
    readonly decisionId: string,
    readonly reasons: readonly Reason[],
  ) {
    super(refusal.message);
  }
}
