import fc from 'fast-check';
import { framed, unframed, type GroupedAnswer } from './grouped-reads';

const answer = fc.record({
  status: fc.constantFrom(200, 403, 404),
  headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string(), { maxKeys: 3 }),
  // Half a pair of surrogates is no text that a body could hold.
  body: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.toWellFormed()),
});
const answers = fc.array(fc.option(answer), { maxLength: 10 });
const bytesOf = (group: readonly GroupedAnswer[]) => Buffer.from(framed(group));

describe('answers to grouped reads', () => {
  it('are each what they were, in their order, whatever stands in them', () => {
    fc.assert(
      fc.property(answers, (group) => {
        const received = unframed(bytesOf(group), group.length);
        expect(received.map((one) => one && { ...one, body: one.body.toString('utf8') })).toEqual(group);
      }),
    );
  });

  it('are no answers when any of it is missing or too much', () => {
    fc.assert(
      fc.property(answers, fc.nat(), (group, at) => {
        const whole = bytesOf(group);
        expect(() => unframed(whole.subarray(0, at % whole.length), group.length)).toThrow();
        expect(() => unframed(Buffer.concat([whole, Buffer.from('x')]), group.length)).toThrow();
        expect(() => unframed(whole, group.length + 1)).toThrow();
      }),
    );
  });
});
