import * as fc from 'fast-check';
import { HashedDocs } from './hashed-docs';

describe('[R5.4] documents by a text', () => {
  it('are those that were added and not removed, however many', () => {
    const step = fc.record({ add: fc.boolean(), text: fc.constantFrom('甲', '乙', '甲乙', ''), doc: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(0, 3_000), (steps, others) => {
        const docs = new HashedDocs();
        const model = new Set<string>();
        for (let n = 0; n < others; n++) docs.add(`other ${n}`, n);
        for (const { add, text, doc } of steps) {
          const pair = `${text} ${doc}`;
          if (!add) docs.remove(text, doc);
          else if (!model.has(pair)) docs.add(text, doc);
          if (add) model.add(pair);
          else model.delete(pair);
        }
        for (const text of ['甲', '乙', '甲乙', '']) {
          const there = [0, 1, 2, 3, 4, 5].filter((doc) => model.has(`${text} ${doc}`));
          expect([...docs.of(text)].sort()).toEqual(there);
        }
        if (others > 0) expect([...docs.of('other 2999')]).toEqual([2_999]);
      }),
      { numRuns: 60 },
    );
  });
});
