import type { IncomingMessage } from 'node:http';
import { Refusal } from '@qiongtong/contracts';

const DEPTH = 32;

/** Reads a body whole, up to `most` bytes. Slowness is bounded by the server's request timeout. */
export async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > most) throw new Refusal('request.too_large');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Refusal('request.too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses a JSON body that is not nested without end. */
export function jsonOf(body: Buffer): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > DEPTH) throw new Refusal('request.too_deep');
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('request.malformed');
  }
}
