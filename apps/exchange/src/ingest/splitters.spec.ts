import fc from 'fast-check';
import { elementsOf, linesOf, type RawRow } from './splitters';

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}
const collect = async (rows: AsyncIterable<RawRow[]>): Promise<string[]> => {
  const found: string[] = [];
  for await (const some of rows) for (const { n, bytes } of some) found.push(`${n}:${bytes.toString()}`);
  return found;
};
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value));

describe('cutting what arrives into rows', () => {
  it('finds the elements of an array however it is cut into chunks and spaced', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 6 }),
        fc.constantFrom('', ' ', '\n', '\t\r\n'),
        cuts,
        async (elements, space, at) => {
          const text = `${space}[${space}${elements.join(`${space},${space}`)}${space}]${space}`;
          const found = await collect(elementsOf(pieces(text, at), 10_000));
          expect(found.map((row) => row.replace(/^\d+:/, '').trim())).toEqual(elements);
        },
      ),
    );
  });

  it('finds lines however they are cut, counting blank ones', async () => {
    const line = fc.oneof(json, fc.constant(''), fc.constant('  '));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), cuts, async (lines, ends, at) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        const expected = lines.flatMap((content, i) => (content.trim() === '' ? [] : [`${i + 1}:${content}`]));
        expect(await collect(linesOf(pieces(text, at), 10_000))).toEqual(expected);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['an object', '{"a":1}'],
    ['an array that does not end', '[1,2'],
    ['a string that does not end', '["a]'],
    ['a comma at the beginning', '[,1]'],
    ['a comma at the end', '[1,]'],
    ['two commas', '[1,,2]'],
    ['a bracket too many', '[1]]'],
    ['a brace too many', '[}]'],
    ['two arrays', '[1][2]'],
  ])('refuses %s as an array', async (_what, text) => {
    await expect(collect(elementsOf(pieces(text, [3]), 100))).rejects.toMatchObject({ code: 'request.malformed' });
  });

  it('gives up on a row that is too large before it has all of it', async () => {
    let taken = 0;
    async function* endless(begin: string): AsyncGenerator<Buffer> {
      yield Buffer.from(begin);
      for (; ; taken++) yield Buffer.alloc(1_000, 'x');
    }
    for (const rows of [linesOf(endless('"'), 10_000), elementsOf(endless('["'), 10_000)])
      await expect(collect(rows)).rejects.toMatchObject({
        code: 'exchange.row_too_large',
        details: { errors: [{ pointer: '/1' }] },
      });
    expect(taken).toBeLessThan(25);
  });
});
