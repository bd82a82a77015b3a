import type { RecordQuery, Release, ResourceState } from '@qiongtong/contracts';
import type { PolicyIndex } from '@qiongtong/regulation';

/** What a cursor holds for: this query, at this moment, on this version of the entry, for this department under this version of its grant. */
export function cursorScope(
  index: PolicyIndex,
  { use, decision }: Release,
  resource: ResourceState,
  { filter, sort, asOf }: RecordQuery,
): string {
  const grant = decision.grantId === null ? null : index.grant(decision.grantId);
  return JSON.stringify([
    resource.id,
    resource.version,
    use.departmentId,
    decision.grantId,
    grant?.version ?? null,
    filter,
    sort,
    ...(asOf === null ? [] : [asOf]),
  ]);
}
