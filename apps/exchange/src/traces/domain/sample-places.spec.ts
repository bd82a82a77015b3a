import { randomBytes } from 'node:crypto';
import { SamplePlaces } from './sample-places';

const hashes = Array.from({ length: 30 }, () => randomBytes(16));
const chunk = (from: number, to: number): Buffer => Buffer.concat(hashes.slice(from, to));

describe('where the rows of a sample stand in a delivery [R13.4]', () => {
  it('is told of all of them, over chunks of any length', () => {
    const places = new SamplePlaces([[hashes[29]!], [hashes[0]!], [hashes[11]!]]);
    for (const [from, to] of [[0, 1], [1, 11], [11, 30]] as const) places.take(chunk(from, to)); // prettier-ignore
    expect(places.all).toEqual([29, 0, 11]);
  });

  it('is not told when one is missing, not even by a hash that begins as it does', () => {
    const alike = Buffer.concat([hashes[5]!.subarray(0, 8), randomBytes(8)]);
    const places = new SamplePlaces([[hashes[3]!], [alike]]);
    places.take(chunk(0, 30));
    expect(places.all).toBeNull();
  });

  it('is that of any record that a row may be, and the first', () => {
    const places = new SamplePlaces([[randomBytes(16), hashes[8]!, hashes[4]!], [hashes[4]!]]);
    places.take(chunk(0, 30));
    expect(places.all).toEqual([4, 4]);
  });
});
