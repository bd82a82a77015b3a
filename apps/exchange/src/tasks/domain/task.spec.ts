import { stateOf, storedAs, TASK_STATES, taskName, taskOfName } from './task';

describe('a task of the exchange', () => {
  it('is named by its kind and its id, which may have dots', () => {
    const task = { kind: 'PUSH', id: '203000-000001.2' } as const;
    expect(taskOfName(taskName(task))).toEqual(task);
  });

  it.each([[''], ['PUSH'], ['PUSH.'], ['.PUSH'], ['push.r'], ['OTHER.r'], [`PUSH.${'r'.repeat(101)}`]])(
    'is never named %s',
    (name) => {
      expect(taskOfName(name)).toBeNull();
    },
  );

  it('has each stored state under one name, and finds it by that', () => {
    for (const stored of ['READY', 'RECEIVING', 'QUARANTINED_PARTLY', 'REFUSED', 'aborted', 'HELD', 'EXPIRED'])
      expect(storedAs(stateOf(stored))).toContain(stored);
    for (const state of TASK_STATES) expect(stateOf(state)).toBe(state);
    expect(stateOf('SOMETHING_NEW')).toBe('RUNNING');
  });
});
