import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Refusal, REFUSALS, type Principal, type RefusalCode } from '@qiongtong/contracts';
import { BYTE_ORDER_MARK, Clock, csvLine, Cursors, newId, requestContext, UnitOfWork, type Page, type PageQuery, type Transaction } from '@qiongtong/platform'; // prettier-ignore
import { officerWith } from '../entries/domain/acting';
import { carriesSecretMark } from '../entries/domain/secret-mark';
import { ImportParts } from './import-parts';
import { COLUMNS, lettersOf } from './columns';
import { ImportRun } from './import-run';
import { ImportStore, type Import, type ImportMode } from './import.store';
import type { Fault, ReadRow } from './read-entry';
import { BOUNDS } from './sheet-bounds';
import { readSheet } from './sheet-reader';
import type { SheetFormat } from './sheets.service';

export type Ordered = Readonly<{ format: SheetFormat; mode: ImportMode; dryRun: boolean; forDepartments: boolean }>;

const UNDER_WAY = 3;
const ROWS_A_STEP = 1_000;
const FAULTS_A_STEP = 1_000;

class Marked extends Error {}

@Injectable()
export class ImportsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ImportStore,
    private readonly run: ImportRun,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
    private readonly parts: ImportParts,
  ) {}

  /** Takes a file: all of it or, when it breaks off or cannot be read, nothing. */
  async receive(ordered: Ordered, body: Readable, by: Principal): Promise<ImportView> {
    officerWith([ordered.forDepartments ? 'PROVINCIAL_AUTHORITY' : 'SUBMITTER'], by);
    const folder = await mkdtemp(join(tmpdir(), 'qiongtong-import-'));
    try {
      const path = join(folder, 'sheet');
      const { digest, bytes } = await kept(body, path);
      const claim = requestContext.getStore()?.idempotency;
      if (claim) claim.bodyDigest = digest;
      const received = await this.work.run((tx) => this.stage(tx, ordered, path, { digest, bytes }, by));
      this.run.workers.wake();
      return received;
    } catch (error) {
      if (!(error instanceof Marked)) throw error;
      await this.parts.keepRefusal(by, this.clock.now());
      throw new Refusal('catalogue.secret_mark');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async find(id: string, by: Principal): Promise<ImportView> {
    return viewOf(await this.own(id, by));
  }

  async list({ limit, cursor }: PageQuery, by: Principal): Promise<Page<ImportView>> {
    const scope = JSON.stringify(['catalogue-imports', by.departmentId]);
    const before = cursor === undefined ? null : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const found = await this.store.list(by.departmentId, before, limit + 1);
    const items = found.slice(0, limit);
    const next = found.length > limit ? this.cursors.encode({ id: items.at(-1)!.id }, scope) : null;
    return { items: items.map(viewOf), next };
  }

  async faults(id: string, { limit, cursor }: PageQuery, by: Principal): Promise<Page<FaultView>> {
    const { columns } = await this.own(id, by);
    const scope = JSON.stringify(['catalogue-import-faults', id]);
    const after = cursor === undefined ? BEFORE_ALL : this.cursors.decode<Fault>(cursor, scope);
    const found = await this.store.faultsAfter(id, [after.n, after.at, after.code], limit + 1);
    const items = found.slice(0, limit);
    const next = found.length > limit ? this.cursors.encode(items.at(-1)!, scope) : null;
    return { items: items.map((fault) => faultOf(fault, columns)), next };
  }

  /** The whole report as a CSV sheet. */
  async report(id: string, by: Principal): Promise<Readable> {
    const { columns } = await this.own(id, by);
    return Readable.from(this.reportLines(id, columns), { objectMode: false });
  }

  private async *reportLines(id: string, columns: Import['columns']): AsyncGenerator<string> {
    yield (
      BYTE_ORDER_MARK + csvLine(['行', '列', '列名', '代码', '说明', '处理办法', 'Column', 'Meaning', 'What to do'])
    );
    for (let after = BEFORE_ALL; ;) {
      const found = await this.store.faultsAfter(id, [after.n, after.at, after.code], FAULTS_A_STEP);
      for (const fault of found) {
        const { row, column, name, code, zh, en, nextZh, nextEn } = faultOf(fault, columns);
        yield csvLine([String(row), column ?? '', name.zh, code, zh, nextZh, name.en, en, nextEn]);
      }
      if (found.length < FAULTS_A_STEP) return;
      after = found.at(-1)!;
    }
  }

  private async own(id: string, by: Principal): Promise<Import> {
    const found = await this.store.find(id);
    if (!found || found.departmentId !== by.departmentId) throw new Refusal('request.not_found');
    return found;
  }

  private async stage(
    tx: Transaction,
    ordered: Ordered,
    path: string,
    file: { digest: string; bytes: number },
    by: Principal,
  ): Promise<ImportView> {
    // prettier-ignore
    if (!ordered.forDepartments) await this.parts.checkDepartment(tx, by.departmentId);
    if ((await this.store.underWay(tx, by.departmentId)) >= UNDER_WAY) throw new Refusal('import.too_many');
    const id = newId();
    const { places, rows } = await readSheet(path, ordered.format);
    let read = 0;
    let step: ReadRow[] = [];
    const flush = async () => {
      if (step.length > 0) await this.store.stage(tx, id, step);
      step = [];
    };
    for await (const row of rows) {
      // Nothing of a file with marked text is kept: the transaction ends here. [R2.3]
      if (carriesSecretMark(row.cells)) throw new Marked();
      read++;
      if (step.push(row) === ROWS_A_STEP) await flush();
    }
    await flush();
    if (read === 0) throw new Refusal('import.file_empty');
    const now = this.clock.now();
    return viewOf(await this.store.add(tx, { id, departmentId: by.departmentId, principal: by, ...ordered, ...file, columns: places, rows: read, receivedAt: now })); // prettier-ignore
  }
}

/** Puts the body into a file, hashed and bounded. */
async function kept(body: Readable, path: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes > BOUNDS.bytes) done(new Refusal('import.file_too_large'));
      else done(null, chunk);
    },
  });
  await pipeline(body, measure, createWriteStream(path, { mode: 0o600 }));
  if (bytes === 0) throw new Refusal('import.file_empty');
  return { digest: hash.digest('hex'), bytes };
}

const BEFORE_ALL: Fault = { n: -1, at: -1, code: '' as RefusalCode };

const viewOf = (job: Import) => ({
  id: job.id,
  status: job.status,
  mode: job.mode,
  dryRun: job.dryRun,
  forDepartments: job.forDepartments,
  format: job.format,
  digest: job.digest,
  bytes: Number(job.bytes),
  rows: job.rows,
  checkedRows: job.checkedRow,
  entries: job.entries,
  badEntries: job.badEntries,
  faults: job.faults,
  /** In the catalogue already, saying the same. */
  existing: job.existing,
  created: job.created,
  receivedAt: job.receivedAt.toISOString(),
  endedAt: job.endedAt?.toISOString() ?? null,
});
export type ImportView = ReturnType<typeof viewOf>;

function faultOf({ n, at, code }: Fault, places: Import['columns']) {
  const { zh, en, nextZh, nextEn } = REFUSALS[code];
  const place = places[at] ?? -1;
  const { zh: nameZh, en: nameEn, field } = COLUMNS[at]!;
  return {
    row: n,
    /** Letters of the column in the file; null where it has no such column. */
    column: place === -1 ? null : lettersOf(place),
    name: { zh: nameZh, en: nameEn, field },
    ...{ code, zh, en, nextZh, nextEn },
  };
}
export type FaultView = ReturnType<typeof faultOf>;
