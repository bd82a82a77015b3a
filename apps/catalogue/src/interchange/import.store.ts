import { Injectable } from '@nestjs/common';
import type { Principal, RefusalCode } from '@qiongtong/contracts';
import { NotOurs, type Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { Content } from '../entries/domain/content';
import type { CodeParts } from '../system/domain/class-code';
import type { Fault, ReadRow } from './read-entry';
import type { Places } from './sheet-reader';
import type { SheetFormat } from './sheets.service';

export const IMPORT_MODES = ['all-or-nothing', 'good-rows'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];
/** Until it has ended `RECEIVED`; a dry run ends `CHECKED`, one with faults that takes all or nothing `REFUSED`. */
export type ImportStatus = 'RECEIVED' | 'CHECKED' | 'IMPORTED' | 'PARTLY_IMPORTED' | 'REFUSED' | 'FAILED';

export type Import = Readonly<{
  id: string;
  departmentId: string;
  principal: Principal;
  /** The provincial authority brings in entries of several departments. [R23.1] */
  forDepartments: boolean;
  mode: ImportMode;
  dryRun: boolean;
  format: SheetFormat;
  digest: string;
  bytes: string;
  columns: Places;
  rows: number;
  status: ImportStatus;
  checkedRow: number;
  settled: boolean;
  writtenRow: number;
  entries: number;
  badEntries: number;
  faults: number;
  existing: number;
  created: number;
  attempt: number;
  receivedAt: Date;
  endedAt: Date | null;
}>;
/** Without a code until it is settled, where the sheet names none. */
export type StagedEntry = Readonly<{ n: number; resourceCode: string | null; providerId: string; content: Content }>;
type Counts = Partial<Record<'entries' | 'badEntries' | 'faults' | 'existing' | 'created', number>>;

const COLUMNS = `id, department_id AS "departmentId", principal, for_departments AS "forDepartments", mode,
  dry_run AS "dryRun", format, digest, bytes, columns, rows, status, checked_row AS "checkedRow", settled,
  written_row AS "writtenRow", entries, bad_entries AS "badEntries", faults, existing, created, attempt,
  received_at AS "receivedAt", ended_at AS "endedAt"`;
const LEASE = `interval '30 seconds'`;
const PAGE = 2_000;

@Injectable()
export class ImportStore {
  constructor(private readonly database: DataSource) {}

  async underWay(tx: Transaction, departmentId: string): Promise<number> {
    // Two that are received at once see each other.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('catalogue_import/' || $1, 0))`, [departmentId]);
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM catalogue_import WHERE department_id = $1 AND status = 'RECEIVED'`,
      [departmentId],
    );
    return row!.n;
  }

  async stage(tx: Transaction, id: string, rows: readonly ReadRow[]): Promise<void> {
    await tx.query(
      `INSERT INTO catalogue_import_row (import_id, n, cells)
       SELECT $1, n, cells::jsonb FROM unnest($2::int[], $3::text[]) AS given (n, cells)`,
      [id, rows.map(({ n }) => n), rows.map(({ cells }) => JSON.stringify(cells))],
    );
  }

  async add(tx: Transaction, given: Pick<Import, 'id' | 'departmentId' | 'principal' | 'forDepartments' | 'mode' | 'dryRun' | 'format' | 'digest' | 'columns' | 'rows' | 'receivedAt'> & { bytes: number }): Promise<Import> {
    const [row] = await tx.query<Import>(
      `INSERT INTO catalogue_import (id, department_id, principal, for_departments, mode, dry_run, format, digest, bytes,
         columns, rows, status, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'RECEIVED', $12) RETURNING ${COLUMNS}`,
      [given.id, given.departmentId, JSON.stringify(given.principal), given.forDepartments, given.mode, given.dryRun,
        given.format, given.digest, given.bytes, JSON.stringify(given.columns), given.rows, given.receivedAt],
    );
    return row!;
  } // prettier-ignore

  /** The oldest that nobody works on, leased for a while. */
  async claim(): Promise<Import | null> {
    const [[row]] = (await this.database.query(
      `UPDATE catalogue_import SET attempt = attempt + 1, lease_until = clock_timestamp() + ${LEASE}
       WHERE id = (
         SELECT id FROM catalogue_import
         WHERE status = 'RECEIVED' AND (lease_until IS NULL OR lease_until < clock_timestamp())
         ORDER BY received_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING ${COLUMNS}`,
    )) as [Import[], number];
    return row ?? null;
  }

  async handBack({ id, attempt }: Import): Promise<void> {
    await this.database.query(
      `UPDATE catalogue_import SET lease_until = clock_timestamp() + interval '1 second'
       WHERE id = $1 AND attempt = $2 AND status = 'RECEIVED'`,
      [id, attempt],
    );
  }

  /** Locks it and says how far it has come; throws `NotOurs` when somebody else took it over. Every step begins so. */
  async confirm(tx: Transaction, { id, attempt }: Import): Promise<Import> {
    const [row] = await tx.query<Import>(
      `UPDATE catalogue_import SET lease_until = clock_timestamp() + ${LEASE}
       WHERE id = $1 AND attempt = $2 AND status = 'RECEIVED' RETURNING ${COLUMNS}`,
      [id, attempt],
    );
    if (!row) throw new NotOurs();
    return row;
  }

  rowsAfter(tx: Transaction, id: string, n: number): Promise<ReadRow[]> {
    return tx.query<ReadRow>(
      `SELECT n, cells FROM catalogue_import_row WHERE import_id = $1 AND n > $2 ORDER BY n LIMIT ${PAGE}`,
      [id, n],
    );
  }
  readonly page = PAGE;

  async departmentsNamed(tx: Transaction, names: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ name: string; id: string }>(
      `SELECT name, min(id) AS id FROM organisation
       WHERE name = ANY($1) AND kind = 'DEPARTMENT' AND status = 'ACTIVE' GROUP BY name HAVING count(*) = 1`,
      [[...new Set(names)]],
    );
    return new Map(rows.map(({ name, id }) => [name, id]));
  }

  async keepFaults(tx: Transaction, id: string, faults: readonly Fault[]): Promise<void> {
    await tx.query(
      `INSERT INTO catalogue_import_fault (import_id, n, at, code)
       SELECT $1, n, at, code FROM unnest($2::int[], $3::int[], $4::text[]) AS given (n, at, code) ON CONFLICT DO NOTHING`,
      [id, faults.map(({ n }) => n), faults.map(({ at }) => at), faults.map(({ code }) => code)],
    );
  }

  async keepEntries(tx: Transaction, id: string, entries: readonly StagedEntry[]): Promise<void> {
    await tx.query(
      `INSERT INTO catalogue_import_entry (import_id, n, resource_code, provider_id, content)
       SELECT $1, n, code, provider, content::jsonb
       FROM unnest($2::int[], $3::text[], $4::text[], $5::text[]) AS given (n, code, provider, content)`,
      [id, entries.map(({ n }) => n), entries.map(({ resourceCode }) => resourceCode),
        entries.map(({ providerId }) => providerId), entries.map(({ content }) => JSON.stringify(content))],
    );
  } // prettier-ignore

  /** @param until the last row that was dealt with */
  async advance(tx: Transaction, id: string, step: 'checked_row' | 'written_row', until: number, counts: Counts): Promise<void> {
    await tx.query(
      `UPDATE catalogue_import SET ${step} = $2, entries = entries + $3, bad_entries = bad_entries + $4,
         faults = faults + $5, existing = existing + $6, created = created + $7 WHERE id = $1`,
      [id, until, counts.entries ?? 0, counts.badEntries ?? 0, counts.faults ?? 0, counts.existing ?? 0, counts.created ?? 0],
    );
  } // prettier-ignore

  /** Entries whose code another one of the file has before them are no longer there, and the fault is kept. */
  dropRepeated(tx: Transaction, id: string, at: number): Promise<number> {
    const code: RefusalCode = 'import.code_repeated';
    return this.drop(
      tx,
      id,
      at,
      code,
      // Not by looking for an earlier one: freshly filled, the table has no statistics, and that was done row by row, a file
      // of 100,000 rows for half an hour.
      `n = ANY (ARRAY(
         SELECT n FROM (
           SELECT n, row_number() OVER (PARTITION BY resource_code ORDER BY n) AS nth
           FROM catalogue_import_entry WHERE import_id = $1 AND resource_code IS NOT NULL) AS numbered
         WHERE nth > 1))`,
    );
  }

  /** Of entries that the catalogue has: what says the same is there already, what does not is a fault. */
  async dropExisting(tx: Transaction, id: string, at: number): Promise<{ existing: number; taken: number }> {
    const same = await tx.query(
      `DELETE FROM catalogue_import_entry AS staged USING entry
       WHERE staged.import_id = $1 AND entry.resource_code = staged.resource_code
         AND entry.provider_id = staged.provider_id AND entry.content = staged.content RETURNING 1`,
      [id],
    );
    const taken = await this.drop(tx, id, at, 'catalogue.code_taken', `EXISTS (
      SELECT 1 FROM resource_code WHERE code = staged.resource_code)`); // prettier-ignore
    return { existing: same.length, taken };
  }

  /** Entries whose class is not one of the edition are no longer there, and the fault is kept. */
  dropOutside(tx: Transaction, id: string, at: number, edition: number): Promise<number> {
    return this.drop(tx, id, at, 'catalogue.class_not_in_force', `NOT EXISTS (
      SELECT 1 FROM catalogue_class WHERE edition = ${Number(edition)} AND code = staged.content ->> 'classification'
        AND NOT ended)`); // prettier-ignore
  }

  /** The furthest number that is given under each prefix. */
  async codesGiven(tx: Transaction, id: string): Promise<CodeParts[]> {
    const rows = await tx.query<{ prefix: string; sequence: string }>(
      `SELECT split_part(resource_code, '/', 1) AS prefix, max(split_part(resource_code, '/', 2)::bigint) AS sequence
       FROM catalogue_import_entry WHERE import_id = $1 AND resource_code IS NOT NULL GROUP BY 1`,
      [id],
    );
    return rows.map(({ prefix, sequence }) => ({ prefix, sequence: Number(sequence) }));
  }

  /** How many entries of each class have no code, in the order in which whoever takes several takes them. */
  withoutCode(tx: Transaction, id: string): Promise<{ classification: string; entries: number }[]> {
    return tx.query(
      `SELECT content ->> 'classification' AS classification, count(*)::int AS entries
       FROM catalogue_import_entry WHERE import_id = $1 AND resource_code IS NULL GROUP BY 1 ORDER BY 1`,
      [id],
    );
  }

  /** Numbers them in the order of the sheet, each class from the number after `before`. */
  async giveCodes(
    tx: Transaction,
    id: string,
    given: readonly Readonly<{ classification: string; prefix: string; before: number }>[],
    digits: number,
  ): Promise<void> {
    await tx.query(
      `UPDATE catalogue_import_entry AS staged
       SET resource_code = prefix || '/' || lpad(number::text, greatest($5, length(number::text)), '0')
       FROM (
         SELECT n, prefix, before + row_number() OVER (PARTITION BY classification ORDER BY n) AS number
         FROM catalogue_import_entry
         JOIN unnest($2::text[], $3::text[], $4::bigint[]) AS given (classification, prefix, before)
           ON classification = content ->> 'classification'
         WHERE import_id = $1 AND resource_code IS NULL) AS numbered
       WHERE staged.import_id = $1 AND staged.n = numbered.n`,
      [
        id,
        given.map(({ classification }) => classification),
        given.map(({ prefix }) => prefix),
        given.map(({ before }) => before),
        digits,
      ],
    );
  }

  private async drop(tx: Transaction, id: string, at: number, code: RefusalCode, which: string): Promise<number> {
    const dropped = await tx.query(
      `WITH gone AS (DELETE FROM catalogue_import_entry AS staged WHERE import_id = $1 AND ${which} RETURNING n)
       INSERT INTO catalogue_import_fault (import_id, n, at, code) SELECT $1, n, $2, $3 FROM gone
       ON CONFLICT DO NOTHING RETURNING 1`,
      [id, at, code],
    );
    return dropped.length;
  }

  async settled(tx: Transaction, id: string, counts: Counts): Promise<void> {
    await tx.query(
      `UPDATE catalogue_import SET settled = true, bad_entries = bad_entries + $2, faults = faults + $2,
         existing = existing + $3 WHERE id = $1`,
      [id, counts.badEntries ?? 0, counts.existing ?? 0],
    );
  }

  entriesAfter(tx: Transaction, id: string, n: number, limit: number): Promise<StagedEntry[]> {
    return tx.query<StagedEntry>(
      `SELECT n, resource_code AS "resourceCode", provider_id AS "providerId", content
       FROM catalogue_import_entry WHERE import_id = $1 AND n > $2 ORDER BY n LIMIT $3`,
      [id, n, limit],
    );
  }

  /** The rows are gone; what is left is the outcome and the report. */
  async end(tx: Transaction, id: string, status: ImportStatus, now: Date): Promise<void> {
    await tx.query('DELETE FROM catalogue_import_row WHERE import_id = $1', [id]);
    await tx.query('DELETE FROM catalogue_import_entry WHERE import_id = $1', [id]);
    await tx.query('UPDATE catalogue_import SET status = $2, ended_at = $3, lease_until = NULL WHERE id = $1', [
      id,
      status,
      now,
    ]);
  }

  async find(id: string): Promise<Import | null> {
    const [row] = await this.database.query<Import[]>(`SELECT ${COLUMNS} FROM catalogue_import WHERE id = $1`, [id]);
    return row ?? null;
  }

  list(departmentId: string, before: string | null, limit: number): Promise<Import[]> {
    return this.database.query<Import[]>(
      `SELECT ${COLUMNS} FROM catalogue_import WHERE department_id = $1 AND ($2::text IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [departmentId, before, limit],
    );
  }

  faultsAfter(id: string, after: readonly [n: number, at: number, code: string], limit: number): Promise<Fault[]> {
    return this.database.query<Fault[]>(
      `SELECT n, at, code FROM catalogue_import_fault WHERE import_id = $1 AND (n, at, code) > ($2, $3, $4)
       ORDER BY n, at, code LIMIT $5`,
      [id, ...after, limit],
    );
  }

  /** A few at a time, so that no other waits long for them. */
  async forgetBefore(day: Date): Promise<void> {
    await this.database.query(
      `WITH old AS (DELETE FROM catalogue_import WHERE id IN (
         SELECT id FROM catalogue_import WHERE ended_at < $1 ORDER BY ended_at LIMIT 100) RETURNING id)
       DELETE FROM catalogue_import_fault USING old WHERE import_id = old.id`,
      [day],
    );
  }
}
