import { atItsEnd, endingUntil, type EndState, type Waiver } from './waiver';

const now = new Date('2026-11-20T02:00:00Z');
const said = { by: 'zgt-submitter', organisationId: 'zgt', at: '2026-01-01T00:00:00.000Z', reason: '字段不足' };
const aWaiver = (over: Partial<Waiver>): Waiver => ({
  ...{
    id: 'w1',
    entryId: 'e1',
    elementId: 'household-no',
    population: 'all',
    regionCode: '460000',
    departmentId: 'zgt',
  },
  ...{ departmentRegion: '460000', collectorIds: ['mzt'], status: 'GRANTED', until: '2026-12-01', since: '2026-01-01' },
  ...{ documentNumber: '1号', request: said, decision: said, endState: 'ON_TIME', revision: 2, updatedAt: said.at },
  ...over,
});
const competent = { organisationId: 'gxt', role: 'PROVINCIAL_AUTHORITY' } as const;

describe('the end of a waiver', () => {
  it('is near for thirty days', () => expect(endingUntil(now)).toBe('2026-12-20'));

  it.each<[string, EndState, boolean, EndState | null, boolean]>([
    ['2026-12-21', 'ON_TIME', false, null, false],
    ['2026-12-20', 'ON_TIME', false, 'ENDING', true],
    ['2026-11-20', 'ENDING', false, null, false],
    ['2026-11-19', 'ENDING', false, 'ENDED', true],
    ['2026-11-19', 'ON_TIME', false, 'ENDED', true],
    ['2026-11-19', 'ENDED', false, null, false],
    ['2026-12-01', 'ON_TIME', true, null, false],
    ['2026-11-19', 'ENDING', true, 'RENEWED', false],
  ])('until %s, %s, of no consequence: %s → %s, told: %s', (until, endState, moot, becomes, isTold) => {
    const outcome = atItsEnd(aWaiver({ until, endState }), moot, competent, now);
    expect(outcome?.state.endState ?? null).toBe(becomes);
    expect((outcome?.event ?? null) !== null).toBe(isTold);
    if (outcome?.event) expect(outcome.event.data).toMatchObject({ state: becomes, authorityId: 'gxt', revision: 3 });
  });
});
