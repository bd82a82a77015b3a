import { Refusal } from '@qiongtong/contracts';
import { linesOf } from '../ingest/splitters';
import type { ProviderRow, ProviderRows } from './provider-rows';

/** Rows that leave together, and bytes of their values after which they leave sooner. */
const GROUP_ROWS = 500;
const GROUP_BYTES = 256 * 1024;
/** The granted rows of a streamed answer, in groups; holds one group and one line. */
export async function* groupsOf(
  bytes: AsyncIterable<Buffer>,
  rows: ProviderRows,
  rowBytes: number,
): AsyncGenerator<ProviderRow[]> {
  let group: ProviderRow[] = [];
  let size = 0;
  try {
    for await (const lines of linesOf(bytes, rowBytes))
      for (const line of lines) {
        const row = rows.ofLine(line.bytes);
        if (!row) continue;
        group.push(row);
        size += line.bytes.length;
        if (group.length < GROUP_ROWS && size < GROUP_BYTES) continue;
        yield group;
        group = [];
        size = 0;
      }
  } catch (error) {
    const tooLarge = error instanceof Refusal && error.code === 'exchange.row_too_large';
    throw tooLarge ? new Refusal('channel.answer_invalid', { errors: error.details.errors }) : error;
  }
  if (group.length > 0) yield group;
}
