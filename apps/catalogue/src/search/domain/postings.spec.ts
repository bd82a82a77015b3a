import * as fc from 'fast-check';
import { eachBit, newBits, Postings, sizeOf } from './postings';

describe('postings', () => {
  it('[R5.4] are the set that was put in, whatever came and went, few or many, and however the index grew', () => {
    const step = fc.record({ add: fc.boolean(), doc: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const capacity = { documents: 256, dear: 1 };
        const postings = new Postings(capacity);
        const model = new Set<number>();
        for (const [i, { add, doc }] of steps.entries()) {
          if (i === 200) capacity.documents = 512;
          if (add) postings.add(doc);
          else postings.remove(doc);
          if (add) model.add(doc);
          else model.delete(doc);
        }
        const bits = newBits(capacity.documents);
        postings.addTo(bits);
        const found: number[] = [];
        eachBit(bits, (doc) => found.push(doc));
        expect(found).toEqual([...model].sort((a, b) => a - b));
        expect([postings.size, sizeOf(bits)]).toEqual([model.size, model.size]);
      }),
    );
  });
});
