import {
  Refusal,
  type Principal,
  type RefusalCode,
  type RefusalDetails,
  type SharingApplicationBatchSubmitted,
} from '@qiongtong/contracts';
import type { SeenApplication } from './seen-by';

/** What became of the application for one resource: it was delivered, or it says why not. */
export type BatchRow = Readonly<{
  resourceId: string;
  applicationId: string | null;
  refusal: Readonly<{ code: RefusalCode; requirement: string | null; details: RefusalDetails }> | null;
}>;

/** Applications for several resources with one purpose, basis and set of measures, sent at once. */
export type ApplicationBatch = Readonly<{
  id: string;
  applicantId: string;
  submittedBy: string;
  submittedAt: string;
  rows: readonly BatchRow[];
}>;

/** The same resource twice would be two applications for one thing. */
export function checkResources(ids: readonly string[]): void {
  const repeated = ids.filter((id, i) => ids.indexOf(id) !== i);
  if (repeated.length > 0) throw new Refusal('application.resource_repeated', { about: [...new Set(repeated)] });
}

export const refusedRow = (resourceId: string, { code, entry, details }: Refusal): BatchRow => ({
  resourceId,
  applicationId: null,
  refusal: { code, requirement: entry.requirement ?? null, details },
});

export function batchOf(
  id: string,
  rows: readonly BatchRow[],
  by: Principal,
  now: Date,
): Readonly<{ state: ApplicationBatch; event: SharingApplicationBatchSubmitted }> {
  const { departmentId: applicantId } = by;
  const submittedBy = by.officerId!;
  const at = now.toISOString();
  const applicationIds = rows.flatMap(({ applicationId }) => applicationId ?? []);
  const data = { batchId: id, applicantId, applicationIds, refused: rows.length - applicationIds.length };
  return {
    state: { id, applicantId, submittedBy, submittedAt: at, rows },
    event: {
      type: 'authorisation.sharing-application-batch-submitted.v1',
      key: id,
      at,
      data: { ...data, revision: 1, by: submittedBy },
    },
  };
}

/** How far each application has come, and how many are where. */
export type BatchProgress = ApplicationBatch &
  Readonly<{ applications: readonly SeenApplication[]; progress: Readonly<Record<string, number>> }>;

export function progressOf(batch: ApplicationBatch, applications: readonly SeenApplication[]): BatchProgress {
  const progress: Record<string, number> = {};
  const count = (what: string) => (progress[what] = (progress[what] ?? 0) + 1);
  for (const { refusal } of batch.rows) if (refusal) count('NOT_SUBMITTED');
  for (const { status } of applications) count(status);
  return { ...batch, applications, progress };
}
