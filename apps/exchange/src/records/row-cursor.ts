import type { PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import type { FoundRow, Statement } from './domain/page-sql';

const FIRST_ROWS = 100;
const MOST_ROWS = 1_000;
/** Bytes of rows to hold at once; the number of rows fetched follows their size. */
const CHUNK_BYTES = 1024 * 1024;

type Source<R> = Pick<Cursor<R>, 'read' | 'close'>;

/** The rows of one statement, fetched in chunks of bounded size as they are taken. */
export class RowCursor<R extends Readonly<{ row: string }> = FoundRow> {
  private next = FIRST_ROWS;
  ended = false;

  private constructor(private readonly cursor: Source<R>) {}

  /** The statement's time runs on between fetches: for rows that are taken one after the other without waiting. */
  static of<R extends Readonly<{ row: string }> = FoundRow>(client: PoolClient, { text, values }: Statement) {
    return new RowCursor<R>(client.query(new Cursor<R>(text, values)));
  }

  /** Each fetch is a statement with a time of its own: for rows that somebody far away takes. Within a transaction. */
  static async declared(client: PoolClient, { text, values }: Statement): Promise<RowCursor> {
    // All rows are wanted: the plan that gives the first ones soonest may be the slower one.
    await client.query('SET LOCAL cursor_tuple_fraction = 1');
    await client.query(`DECLARE wanted NO SCROLL CURSOR FOR ${text}`, [...values]);
    return new RowCursor({
      read: async (rows) => (await client.query<FoundRow>(`FETCH ${rows} FROM wanted`)).rows,
      close: async () => void (await client.query('CLOSE wanted')),
    });
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
