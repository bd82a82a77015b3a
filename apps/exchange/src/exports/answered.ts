import type { FastifyReply } from 'fastify';
import type { Export } from './domain/export';
import type { Redeemed } from './redemptions.service';

/** Sends a file that was redeemed. Whoever leaves it standing for `stallMs` is cut off, as with a stream. */
export async function answered(reply: FastifyReply, { job, file }: Redeemed, stallMs: number): Promise<void> {
  reply.raw.setTimeout(stallMs, () => reply.raw.destroy());
  await reply.headers(headersOf(job)).send(file);
}

function headersOf({
  id,
  resourceId,
  format,
  gzip,
  bytes,
  digest,
  rows,
  leftAs,
  deliveryId,
}: Export): Record<string, string> {
  const type = gzip ? 'application/gzip' : format === 'CSV' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  const name = `${resourceId}-${id}.${format.toLowerCase()}${gzip ? '.gz' : ''}`;
  return {
    'content-type': type,
    'content-length': String(bytes),
    'content-disposition': `attachment; filename="${name}"`,
    'content-digest': `sha-256=:${Buffer.from(digest!, 'hex').toString('base64')}:`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'qt-trace-id': deliveryId!,
    'qt-rows': String(rows),
    'qt-delivery': leftAs!,
  };
}
