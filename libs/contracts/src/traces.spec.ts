import { byFit, orderFit } from './traces';

describe('how the rows of a sample stand in a delivery [R13.4]', () => {
  it.each([
    [[4, 5, 6, 7], 4, 3],
    [[7, 6, 5, 4], 1, 0],
    [[1, 9, 2, 3, 8], 4, 1],
    [[5], 1, 0],
    [[], 0, 0],
  ])('%j: the most in order, and neighbours', (places, inOrder, neighbours) => {
    expect(orderFit(places)).toEqual({ rows: places.length, inOrder, neighbours });
  });

  it('tells most by neighbours, then by order, then by how few there are', () => {
    const aMatch = (id: string, neighbours: number, inOrder: number, rows: number | null, openedAt = '2026') => ({
      ...{ id, rows, openedAt },
      fit: { rows: 5, neighbours, inOrder },
    });
    const ranked = [
      aMatch('many', 1, 3, 1_000),
      aMatch('unknown', 1, 3, null),
      aMatch('few', 1, 3, 10),
      aMatch('later', 1, 3, 10, '2027'),
      aMatch('ordered', 1, 4, 1_000),
      aMatch('excerpt', 4, 4, 1_000),
    ].sort(byFit);
    expect(ranked.map(({ id }) => id)).toEqual(['excerpt', 'ordered', 'later', 'few', 'many', 'unknown']);
  });
});
