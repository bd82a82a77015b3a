import type {
  BatchApplied,
  BatchCounts,
  BatchRefused,
  Channel,
  RowsQuarantined,
  SecretMarkingFound,
} from '@qiongtong/contracts';

export const NO_COUNTS: BatchCounts = {
  received: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  quarantined: 0,
  replaced: 0,
};

type AppliedReport = Readonly<{
  id: string;
  resourceId: string;
  batchNo: number | null;
  channel: Channel;
  systemId: string;
  counts: BatchCounts;
  digest: string | null;
}>;

export const batchApplied = (report: AppliedReport, rows: number, at: Date): BatchApplied => ({
  type: 'exchange.batch-applied.v1',
  key: report.resourceId,
  at: at.toISOString(),
  data: {
    batchId: report.id,
    resourceId: report.resourceId,
    batchNo: report.batchNo ?? 0,
    channel: report.channel,
    systemId: report.systemId,
    counts: report.counts,
    digest: report.digest ?? '',
    rows,
  },
});

export const batchRefused = (data: BatchRefused['data'], at: Date): BatchRefused => ({
  type: 'exchange.batch-refused.v1',
  key: data.resourceId,
  at: at.toISOString(),
  data,
});

export const rowsQuarantined = (data: RowsQuarantined['data'], at: Date): RowsQuarantined => ({
  type: 'exchange.rows-quarantined.v1',
  key: data.resourceId ?? data.systemId,
  at: at.toISOString(),
  data,
});

/** Who, when and which rule; not even which resource. [R2.3] */
export const secretFound = (data: SecretMarkingFound['data'], at: Date): SecretMarkingFound => ({
  type: 'exchange.secret-marking-found.v1',
  key: data.systemId,
  at: at.toISOString(),
  data,
});
