import fc from 'fast-check';
import { BEYOND, MOST_OPEN, reconcile, type Finding, type OpenAlarm } from './alarm';

const aFinding = (subject: string, found: Finding['found'] = {}, minute = 0): Finding => ({
  kind: 'SEQUENCE_GAP',
  subject,
  since: new Date(Date.UTC(2026, 10, 23, 8, minute)),
  found,
});
const open = (...findings: readonly Finding[]): OpenAlarm[] =>
  findings.map((finding, i) => ({ ...finding, alarmId: `a-${i}` }));
const subjects = (list: readonly Finding[]): string[] => list.map(({ subject }) => subject);
const many = (count: number): Finding[] => Array.from({ length: count }, (_, i) => aFinding(`s-${i}`, {}, i));

describe('alarms [R14.9]', () => {
  it('are raised once for a cause, however often it is seen', () => {
    expect(subjects(reconcile([aFinding('a')], []).raise)).toEqual(['a']);
    expect(reconcile([aFinding('a')], open(aFinding('a')))).toEqual({ raise: [], changed: [], healed: [] });
  });

  it('are closed when their cause is not seen any more, each by itself', () => {
    const { raise, healed } = reconcile([aFinding('b')], open(aFinding('a'), aFinding('b')));
    expect([subjects(raise), subjects(healed)]).toEqual([[], ['a']]);
  });

  it('keep up with how large their cause is, without being said again', () => {
    const { raise, changed } = reconcile([aFinding('a', { missing: 3, of: 1 })], open(aFinding('a', { of: 1, missing: 2 }))); // prettier-ignore
    expect([raise, changed.map(({ found }) => found)]).toEqual([[], [{ missing: 3, of: 1 }]]);
    expect(reconcile([aFinding('a', { of: 1, missing: 2 })], open(aFinding('a', { missing: 2, of: 1 }))).changed).toEqual([]); // prettier-ignore
  });

  it('of too many causes are one for all that are beyond, which closes when they are few again', () => {
    const { raise } = reconcile(many(MOST_OPEN + 30), []);
    expect(raise).toHaveLength(MOST_OPEN + 1);
    expect(raise.at(-1)).toMatchObject({ subject: BEYOND, found: { alarms: MOST_OPEN } });
    const known = open(...raise);
    expect(reconcile(many(MOST_OPEN + 30), known)).toMatchObject({ raise: [], healed: [] });
    expect(subjects(reconcile(many(3), known).healed)).toHaveLength(MOST_OPEN - 3 + 1);
  });

  it('are never more than the bound, never two for a cause, and none when nothing is wrong, whatever comes and goes', () => {
    const worlds = fc.array(fc.subarray(many(MOST_OPEN + 20)), { maxLength: 8 });
    fc.assert(
      fc.property(worlds, (looks) => {
        let alarms: OpenAlarm[] = [];
        for (const found of [...looks, []]) {
          const { raise, healed } = reconcile(found.slice(0, MOST_OPEN + 1), alarms);
          alarms = [...alarms.filter((alarm) => !healed.includes(alarm)), ...open(...raise)];
          expect(new Set(subjects(alarms)).size).toBe(alarms.length);
          expect(alarms.length).toBeLessThanOrEqual(MOST_OPEN + 1);
          if (found.length <= MOST_OPEN) expect(subjects(alarms)).toEqual(expect.arrayContaining(subjects(found)));
        }
        expect(alarms).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
