import type { PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import type { FoundRow, Statement } from './domain/page-sql';

const FIRST_ROWS = 100;
const MOST_ROWS = 1_000;
/** Bytes of rows to hold at once; the number of rows fetched follows their size. */
const CHUNK_BYTES = 1024 * 1024;

/** The rows of one statement, fetched in chunks of bounded size as they are taken. */
export class RowCursor<R extends Readonly<{ row: string }> = FoundRow> {
  private readonly cursor: Cursor<R>;
  private next = FIRST_ROWS;
  ended = false;

  constructor(client: PoolClient, { text, values }: Statement) {
    this.cursor = client.query(new Cursor<R>(text, values));
  }

  /** The next rows; none when there are no more. */
  async take(most = Infinity): Promise<R[]> {
    if (this.ended) return [];
    const wanted = Math.min(this.next, most);
    const rows = await this.cursor.read(wanted);
    if (rows.length < wanted) this.ended = true;
    const bytes = rows.reduce((sum, { row }) => sum + row.length, 0);
    if (rows.length > 0) this.next = Math.max(1, Math.min(MOST_ROWS, Math.floor((CHUNK_BYTES * rows.length) / bytes)));
    return rows;
  }

  close(): Promise<void> {
    return this.cursor.close();
  }
}
