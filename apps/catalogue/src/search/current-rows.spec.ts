import { CurrentRows } from './current-rows';
import type { SearchStore, Shown } from './search.store';

const row = (id: string, version = '1'): Shown => ({ id, version });

/** A table whose answers are given when the test says so. */
function aTable(now: Record<string, string>) {
  const asked: string[][] = [];
  const answers: (() => void)[] = [];
  const store = {
    changed: (shown: readonly Shown[]) =>
      new Promise<Shown[]>((resolve, reject) => {
        asked.push(shown.map(({ id }) => id));
        const changed = shown.filter(({ id, version }) => now[id] !== version);
        answers.push(() => (now['broken'] ? reject(new Error('broken')) : resolve(changed)));
      }),
  };
  const rows = new CurrentRows(store as unknown as SearchStore);
  const answer = async () => {
    answers.shift()!();
    await new Promise(setImmediate);
  };
  return { rows, asked, answer, now };
}

describe('[R5.4] whether rows are still as they were shown', () => {
  it('is asked of all that wait in one question, which begins after the last of them', async () => {
    const { rows, asked, answer, now } = aTable({ a: '1', b: '1' });
    const first = rows.changed([row('a')]);
    const second = rows.changed([row('a'), row('b')]);
    const third = rows.changed([row('b'), row('gone')]);
    now['b'] = '2';
    await answer();
    expect(asked).toEqual([['a'], ['a', 'b', 'gone']]);
    await answer();
    expect(await Promise.all([first, second, third])).toEqual([[], [row('b')], [row('b'), row('gone')]]);
  });

  it('tells one version of a row from another', async () => {
    const { rows, answer } = aTable({ a: '2', wait: '1' });
    const waited = rows.changed([row('wait')]);
    const [old, now] = [rows.changed([row('a', '1')]), rows.changed([row('a', '2')])];
    await answer();
    await answer();
    expect(await Promise.all([waited, old, now])).toEqual([[], [row('a', '1')], []]);
  });

  it('fails for those who asked, and is asked again for the next', async () => {
    const { rows, answer, now } = aTable({ a: '1', broken: 'yes' });
    const failing = rows.changed([row('a')]);
    const failed = expect(failing).rejects.toThrow('broken');
    await answer();
    await failed;
    delete now['broken'];
    const next = rows.changed([row('a')]);
    await answer();
    expect(await next).toEqual([]);
  });
});
