import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Arrival } from './arrival';

const MIB = 1024 * 1024;
const read = async (arrival: Arrival): Promise<number> => {
  let bytes = 0;
  for await (const chunk of arrival.bytes()) bytes += chunk.length;
  return bytes;
};

describe('the bytes of a push', () => {
  it('packed a thousandfold are refused as soon as they unpack to more than a batch may have', async () => {
    const packed = gzipSync(Buffer.alloc(64 * MIB));
    expect(packed.length).toBeLessThan(MIB / 8);
    let yielded = 0;
    const reading = async () => {
      for await (const chunk of new Arrival(Readable.from([packed]), true, MIB).bytes()) yielded += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'exchange.batch_too_large' });
    expect(yielded).toBeLessThanOrEqual(MIB);
  });

  it('are refused as well where they come unpacked, and not before', async () => {
    const parts = Array.from({ length: 8 }, () => Buffer.alloc(MIB / 8, 'x'));
    expect(await read(new Arrival(Readable.from(parts), false, MIB))).toBe(MIB);
    await expect(read(new Arrival(Readable.from([...parts, Buffer.from('x')]), false, MIB))).rejects.toMatchObject({
      code: 'exchange.batch_too_large',
    });
  });

  it('have the digest of what was sent', async () => {
    const packed = gzipSync('rows');
    const arrival = new Arrival(Readable.from([packed.subarray(0, 5), packed.subarray(5)]), true, MIB);
    expect(await read(arrival)).toBe(4);
    expect(arrival.digest().equals(createHash('sha256').update(packed).digest())).toBe(true);
    expect(arrival.size).toBe(packed.length);
  });

  it('that end before their time are malformed', async () => {
    const half = gzipSync(Buffer.alloc(1000, 'x')).subarray(0, 15);
    await expect(read(new Arrival(Readable.from([half]), true, MIB))).rejects.toMatchObject({
      code: 'request.malformed',
    });
  });
});
