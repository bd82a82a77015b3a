import type { UpdateCycle } from '@qiongtong/contracts';
import fc from 'fast-check';
import { assessed, confirmed, dueAfter, lastSignOf, stateAt, type UpdateDuty } from './update-duty';

const RULES = { floorMonths: 1, realtimeSilenceHours: 24 };
const at = (text: string) => new Date(text);
const aDuty = (over: Partial<UpdateDuty> = {}): UpdateDuty => {
  const duty = {
    resourceId: 'r',
    providerId: 'mzt',
    regionCode: '460000',
    cycle: 'MONTHLY' as UpdateCycle,
    since: at('2026-03-01T00:00:00Z'),
    updatedAt: at('2026-03-10T02:00:00Z'),
    confirmedAt: null,
    heardAt: null,
    dueAt: at('2026-04-10T15:59:59.999Z'),
    state: 'ON_TIME' as const,
    ...over,
  };
  return duty;
};

describe('the duty to update', () => {
  it.each<[UpdateCycle, string, string]>([
    ['REALTIME', '2026-03-10T02:00:00Z', '2026-03-11T02:00:00.000Z'],
    ['DAILY', '2026-03-10T02:00:00Z', '2026-03-11T15:59:59.999Z'],
    // Eleven at night in Greenwich is the next morning in Hainan.
    ['DAILY', '2026-03-10T23:00:00Z', '2026-03-12T15:59:59.999Z'],
    ['WEEKLY', '2026-03-10T02:00:00Z', '2026-03-17T15:59:59.999Z'],
    ['MONTHLY', '2026-03-10T02:00:00Z', '2026-04-10T15:59:59.999Z'],
    ['MONTHLY', '2026-01-31T02:00:00Z', '2026-02-28T15:59:59.999Z'],
    ['MONTHLY', '2027-12-31T02:00:00Z', '2028-01-31T15:59:59.999Z'],
    ['QUARTERLY', '2026-03-10T02:00:00Z', '2026-04-10T15:59:59.999Z'],
    ['YEARLY', '2026-03-10T02:00:00Z', '2026-04-10T15:59:59.999Z'],
  ])('[R8.3] %s after %s is owed until %s', (cycle, sign, due) => {
    expect(dueAfter(at(sign), cycle, RULES)).toEqual(at(due));
  });

  it('[R8.3] has a floor of a month, whatever the cycle; without a floor a quarter is a quarter', () => {
    expect(dueAfter(at('2026-03-10T02:00:00Z'), 'QUARTERLY', { ...RULES, floorMonths: 12 })).toEqual(
      at('2026-06-10T15:59:59.999Z'),
    );
  });

  it('[R8.4] is on time, due soon and overdue in turn, each told once', () => {
    const duty = aDuty();
    expect(stateAt(duty, at('2026-04-03T00:00:00Z'))).toBe('ON_TIME');
    const soon = assessed(duty, RULES, at('2026-04-05T00:00:00Z'));
    expect(soon.fact?.data).toEqual({
      resourceId: 'r',
      providerId: 'mzt',
      state: 'DUE_SOON',
      cycle: 'MONTHLY',
      dueAt: '2026-04-10T15:59:59.999Z',
      updatedAt: '2026-03-10T02:00:00.000Z',
      confirmedAt: null,
    });
    expect(assessed(soon.duty, RULES, at('2026-04-05T01:00:00Z')).fact).toBeNull();
    const last = assessed(soon.duty, RULES, at('2026-04-10T15:59:59.999Z'));
    expect(last.fact).toBeNull();
    const over = assessed(last.duty, RULES, at('2026-04-10T16:00:00Z'));
    expect(over.fact?.data.state).toBe('OVERDUE');
    const updated = assessed(
      { ...over.duty, updatedAt: at('2026-04-11T00:00:00Z') },
      RULES,
      at('2026-04-11T00:00:00Z'),
    );
    expect(updated.fact?.data).toMatchObject({ state: 'ON_TIME', dueAt: '2026-05-11T15:59:59.999Z' });
  });

  it('[R8.4] runs from publication on where nothing was ever delivered', () => {
    const duty = aDuty({ updatedAt: null });
    expect(assessed(duty, RULES, at('2026-04-02T00:00:00Z')).duty).toMatchObject({
      state: 'OVERDUE',
      dueAt: at('2026-04-01T15:59:59.999Z'),
    });
  });

  it('[R8.3] of a slow list is fulfilled by confirming that nothing changed, which is on record', () => {
    const { duty, fact } = confirmed(aDuty({ cycle: 'YEARLY' }), 'chen', at('2026-04-09T00:00:00Z'));
    expect(fact.data).toEqual({
      resourceId: 'r',
      providerId: 'mzt',
      officerId: 'chen',
      lastUpdatedAt: '2026-03-10T02:00:00.000Z',
    });
    expect(assessed(duty, RULES, at('2026-04-09T00:00:00Z')).duty).toMatchObject({
      state: 'ON_TIME',
      dueAt: at('2026-05-09T15:59:59.999Z'),
    });
  });

  it.each([
    ['what was never delivered', { updatedAt: null }, 'exchange.nothing_to_confirm'],
    ['a source in real time', { cycle: 'REALTIME' as const }, 'exchange.confirmation_not_for_realtime'],
  ])('[R8.3] cannot be fulfilled by confirming %s', (_what, over, code) => {
    expect(() => confirmed(aDuty(over), 'chen', at('2026-04-01T00:00:00Z'))).toThrow(expect.objectContaining({ code }));
  });

  it('hears a source in real time by its heartbeat, and no other', () => {
    const heard = at('2026-03-20T00:00:00Z');
    expect(lastSignOf(aDuty({ cycle: 'REALTIME', heardAt: heard }))).toEqual(heard);
    expect(lastSignOf(aDuty({ heardAt: heard }))).toEqual(at('2026-03-10T02:00:00Z'));
  });

  it('[R8.3] is never owed later than a month and a day after its last sign, and states come in order', () => {
    const instant = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z'), noInvalidDate: true });
    const cycle = fc.constantFrom<UpdateCycle>('REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY');
    fc.assert(
      fc.property(instant, cycle, fc.array(fc.nat(60 * 24 * 3600), { maxLength: 6 }), (sign, every, seconds) => {
        const due = dueAfter(sign, every, RULES);
        expect(due.getTime()).toBeGreaterThan(sign.getTime());
        expect(due.getTime() - sign.getTime()).toBeLessThanOrEqual(32 * 24 * 3600 * 1000);
        const duty = aDuty({ cycle: every, since: sign, updatedAt: sign, dueAt: due });
        const order = seconds
          .sort((a, b) => a - b)
          .map((second) =>
            ['ON_TIME', 'DUE_SOON', 'OVERDUE'].indexOf(stateAt(duty, new Date(sign.getTime() + second * 1000))),
          );
        expect(order).toEqual([...order].sort());
      }),
    );
  });
});
