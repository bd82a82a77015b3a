import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, newId } from '@qiongtong/platform';
import { ApplicationActs } from './application-acts';
import { ApplicationDesk } from './application-desk';
import { ApplicationBatchStore } from './batch.store';
import { batchOf, checkResources, progressOf, refusedRow, type BatchProgress, type BatchRow } from './domain/batch';
import { seenBy } from './domain/seen-by';
import type { Asked, SharingApplication } from './domain/sharing-application';
import { prepare } from './domain/submission';
import { Submissions, type Delivery } from './submissions';

type Row = Readonly<{ resourceId: string; asked: Asked }>;
/** Found in order to be delivered, or refused and why. */
type Checked = Readonly<{ prepared: SharingApplication; delivery: Delivery }> | Refusal;

@Injectable()
export class BatchesService {
  constructor(
    private readonly batches: ApplicationBatchStore,
    private readonly acts: ApplicationActs,
    private readonly desk: ApplicationDesk,
    private readonly submissions: Submissions,
    private readonly clock: Clock,
  ) {}

  async find(id: string, by: Principal): Promise<BatchProgress> {
    const batch = await this.batches.find(id);
    if (!batch || !(await this.desk.concerns(batch.applicantId, by))) throw new Refusal('request.not_found');
    return progressOf(batch, await this.acts.seen(await this.batches.applications(id), by));
  }

  /** One application for each resource. What is wrong with one is said in its row and holds up no other. */
  async submit(rows: readonly Row[], by: Principal): Promise<BatchProgress> {
    checkResources(rows.map(({ resourceId }) => resourceId));
    const batchId = newId();
    const checked: Checked[] = [];
    for (const row of rows) checked.push(await this.checked(batchId, row, by));
    return this.acts.within(async (acting) => {
      const { tx, now, calendars } = acting;
      const delivered: SharingApplication[] = [];
      const said: BatchRow[] = [];
      for (const [i, { resourceId }] of rows.entries()) {
        const one = checked[i]!;
        if (one instanceof Refusal) {
          said.push(refusedRow(resourceId, one));
          continue;
        }
        delivered.push(await this.submissions.deliver(one.prepared, one.delivery, by, acting));
        said.push({ resourceId, applicationId: one.prepared.id, refusal: null });
      }
      const batch = batchOf(batchId, said, by, now);
      await this.batches.add(tx, batch);
      return progressOf(
        batch.state,
        delivered.map((one) => seenBy(one, by, calendars, now)),
      );
    });
  }

  private async checked(batchId: string, { resourceId, asked: given }: Row, by: Principal): Promise<Checked> {
    try {
      const { asked, ...delivery } = await this.desk.checkedApplication(
        resourceId,
        given,
        by.departmentId,
        this.clock.now(),
      );
      return { prepared: prepare({ id: newId(), asked, batchId }, delivery.resource, by), delivery };
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }
}
