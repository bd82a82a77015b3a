import { begun, cancelled, disposed, held, ordered, released, scheduled, type Act, type Disposal } from './disposal';

const NOW = new Date('2026-03-01T00:00:00Z');
const LATER = new Date('2026-03-05T00:00:00Z');
const OF = { id: 'd1', resourceId: 'r', providerId: 'mzt', regionCode: '460000' };
const OFFICER: Act = { by: 'wang', as: 'PROVIDER', reason: '诉讼' };
const AUTHORITY: Act = { by: 'li', as: 'AUTHORITY', reason: '调查' };
const waiting = (): Disposal => scheduled(OF, 30, NOW).state;

describe('a disposal', () => {
  it('[R7.1] is due when the retention is over', () => {
    const { state, event } = scheduled(OF, 30, NOW);
    expect(state).toMatchObject({
      status: 'WAITING',
      dueAt: new Date('2026-03-31T00:00:00Z'),
      ground: 'RETENTION_ENDED',
    });
    expect(event.data).toMatchObject({ disposalId: 'd1', providerId: 'mzt', retentionDays: 30 });
  });

  it('is held and goes on with the same date; a hold of the authority ends by the authority alone', () => {
    const byProvider = held(waiting(), OFFICER, NOW).state;
    expect(released(byProvider, AUTHORITY, LATER).state).toEqual(waiting());
    const byAuthority = held(waiting(), AUTHORITY, NOW).state;
    expect(() => released(byAuthority, OFFICER, LATER)).toThrow(
      expect.objectContaining({ code: 'disposal.held_by_authority' }),
    );
    expect(released(byAuthority, AUTHORITY, LATER).state.hold).toBeNull();
  });

  it('is ordered before its time by a rule of law, and says by whom', () => {
    const { state, event } = ordered(waiting(), OFFICER, '某法第一条', LATER);
    expect(state).toMatchObject({ dueAt: LATER, ground: 'ORDERED', basis: '某法第一条', orderedBy: 'wang' });
    expect(event.data).toMatchObject({ act: 'order', by: 'wang', basis: '某法第一条' });
  });

  it.each<[string, (d: Disposal) => unknown, Disposal, string]>([
    ['ordered while held', (d) => ordered(d, OFFICER, '-', NOW), held(waiting(), OFFICER, NOW).state, 'disposal.held'],
    ['held twice', (d) => held(d, OFFICER, NOW), held(waiting(), OFFICER, NOW).state, 'disposal.held'],
    ['released without a hold', (d) => released(d, OFFICER, NOW), waiting(), 'disposal.not_held'],
    ['held when it has begun', (d) => held(d, OFFICER, NOW), begun(waiting(), 4, NOW), 'disposal.not_open'],
    [
      'ordered when cancelled',
      (d) => ordered(d, OFFICER, '-', NOW),
      cancelled(waiting(), NOW).state,
      'disposal.not_open',
    ],
    [
      'held when done',
      (d) => held(d, OFFICER, NOW),
      disposed(begun(waiting(), 4, NOW), 0, NOW).state,
      'disposal.not_open',
    ],
  ])('is not %s', (_what, act, disposal, code) => {
    expect(() => act(disposal)).toThrow(expect.objectContaining({ code }));
  });
});
