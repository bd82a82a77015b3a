import * as fc from 'fast-check';
import { Texts } from './texts';

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.stringMatching(/^[甲乙a]{0,20}$/),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);

describe('[R5.4] texts outside the heap', () => {
  it('are what was set last, found, compared and given back, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), text), { maxLength: 60 }), fc.stringMatching(/^[甲乙a]{1,3}$/), (sets, word) => {
        const texts = new Texts(16);
        const model = new Map<number, string>();
        for (const [doc, text] of sets) {
          texts.set(doc, text);
          model.set(doc, text);
        }
        const of = (doc: number) => model.get(doc) ?? '';
        for (let doc = 0; doc < 12; doc++) {
          expect(texts.of(doc)).toBe(of(doc));
          expect(texts.includes(doc, word)).toBe(of(doc).includes(word));
          expect(Math.sign(texts.compareTo(doc, word))).toBe(of(doc) < word ? -1 : of(doc) > word ? 1 : 0);
          for (let other = 0; other < 12; other++)
            expect(Math.sign(texts.compare(doc, other))).toBe(of(doc) < of(other) ? -1 : of(doc) > of(other) ? 1 : 0);
        }
        const there = [...model.values()].reduce((sum, { length }) => sum + length, 0);
        // Half of a chunk may be waste, and the one that is written to all of it.
        expect(texts.held).toBeLessThanOrEqual(2 * there + 100);
      }),
    );
  }); // prettier-ignore

  it('may be longer than a call has arguments', () => {
    const long = '甲乙'.repeat(300_000);
    const texts = new Texts();
    texts.set(0, 'a');
    texts.set(1, long);
    texts.set(2, 'b');
    expect([texts.of(0), texts.of(1) === long, texts.of(2)]).toEqual(['a', true, 'b']);
    expect(texts.includes(1, '乙甲')).toBe(true);
  });
});
