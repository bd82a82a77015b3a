import { outcomesIn, type Step } from './outcomes';

let index = 0;
const step = (type: string, key: string, topic = 'facts.access'): Step => ({
  index: (index += 1),
  topic,
  type: `access.${type}.v1`,
  key,
  producer: 'gateway',
  run: 'boot:b',
  sealedAt: new Date(0),
});
const ids = (steps: readonly Step[]) => {
  const { begun, ended } = outcomesIn(steps);
  return [begun.map((b) => b.decisionId), ended.map((e) => e.decisionId)];
};

describe('uses whose release began [R14.9]', () => {
  it('are open until they are released or aborted', () => {
    expect(ids([step('release-started', 'a'), step('release-started', 'b'), step('aborted', 'b')])).toEqual([
      ['a'],
      [],
    ]);
    expect(ids([step('released', 'c'), step('refused', 'd'), step('explained', 'e')])).toEqual([[], ['c']]);
  });

  it('are those of gateways alone', () => {
    expect(ids([step('release-started', 'a', 'facts.catalogue')])).toEqual([[], []]);
  });
});
