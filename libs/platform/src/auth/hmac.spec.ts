import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { HmacSha256 } from './hmac';

describe('the keyed hash', () => {
  it('is HMAC-SHA256 for every key and message', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 130 }),
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
        (key, messages) => {
          const hmac = new HmacSha256(Buffer.from(key));
          for (const message of messages)
            expect(hmac.of(message)).toEqual(createHmac('sha256', key).update(message).digest());
          const all = messages.map((message) => createHmac('sha256', key).update(message).digest().subarray(0, 16));
          expect(hmac.ofAll(messages, 16)).toEqual(Buffer.concat(all));
        },
      ),
    );
  });

  it('is right after a message that is longer than any before', () => {
    const key = Buffer.from('key');
    const hmac = new HmacSha256(key);
    for (const message of ['a', '琼'.repeat(5_000), 'b', 'x'.repeat(100_000), '']) {
      expect(hmac.of(message)).toEqual(createHmac('sha256', key).update(message).digest());
    }
  });
});
