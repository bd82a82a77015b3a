import type { AnswerSink } from '../reads/exchange-client';
import type { RowWriter } from './domain/forms';

type Headers = Record<string, string | string[] | undefined>;

/** Turns the rows of an answer on its way into the form of a release; an answer that is no rows passes as it is. */
export class Written implements AnswerSink {
  private rows: Headers | null = null;

  constructor(
    private readonly writer: RowWriter,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly sink: AnswerSink,
  ) {}

  head(status: number, headers: Headers): void {
    if (status !== 200) return this.sink.head(status, headers);
    // The sink reads how many rows there were when it closes its record: the count grows with them.
    this.rows = { ...this.headers, 'content-type': this.writer.mediaType, 'qt-delivery': headers['qt-delivery'] };
    this.count();
    this.sink.head(status, this.rows);
  }

  bytes(chunk: Buffer): boolean {
    if (!this.rows) return this.sink.bytes(chunk);
    const written = this.writer.take(chunk);
    this.count();
    return written.length === 0 || this.sink.bytes(written);
  }

  end(): void {
    if (this.rows) {
      this.sink.bytes(this.writer.end());
      this.count();
    }
    this.sink.end();
  }

  failed(error: Error): void {
    this.sink.failed(error);
  }

  private count(): void {
    if (this.rows) this.rows['qt-rows'] = String(this.writer.rows);
  }
}
