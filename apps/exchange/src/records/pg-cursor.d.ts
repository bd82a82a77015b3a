declare module 'pg-cursor' {
  import type { Submittable } from 'pg';

  /** A statement whose rows are fetched as they are wanted. */
  export default class Cursor<R> implements Submittable {
    constructor(text: string, values: unknown[]);
    submit: Submittable['submit'];
    read(rows: number): Promise<R[]>;
    close(): Promise<void>;
  }
}
