import type { AccessRecord, Principal, Role, Use } from '@qiongtong/contracts';
import { WorkingDays } from '@qiongtong/regulation';
import { anAccessRecord } from '@qiongtong/testing';
import * as fc from 'fast-check';
import { move, raise, throttleState, isKnownTo, type MisuseAlert } from './misuse-alert';
import { HOUR, joined, matterTalliesOf, observationOf, streaksOf, talliesOf, type Streak } from './observations';
import { findingOfMatter, findingOfStreak, findingsOfHour, isOfficeHour, type Thresholds } from './rules';

/** A working Monday, ten o'clock in Hainan; and three in the morning. */
const TEN = Date.parse('2026-03-02T10:00:00+08:00');
const THREE = Date.parse('2026-03-02T03:00:00+08:00');
const days = new WorkingDays([{ year: 2026, holidays: ['2026-10-01'], makeUpDays: ['2026-02-28'], source: 'test' }]);
const thresholds: Thresholds = {
  officeHours: { from: 8, until: 18 },
  offHoursRows: 1_000,
  beyondScope: 5,
  subjectsPerMatter: 3,
  withoutMatter: 10,
  refusalsInARow: 4,
  verifiedNo: 6,
  elsewhere: 3,
  volume: { floor: 500, minimumWeeks: 4, deviations: 6, factor: 2 },
};

const aRecord = anAccessRecord;
const refusedBy = (code: string, use: Partial<Use> = {}) =>
  aRecord(
    {
      outcome: 'refused',
      effect: 'deny',
      rows: null,
      delivery: null,
      reasons: [{ code, requirement: 'R12.7', article: 12 }],
    },
    use,
  );
const seen = (record: AccessRecord, at = TEN) => observationOf(record, at, (text) => `#${text.length}`);
const times = (count: number, record: AccessRecord, at = TEN) =>
  Array.from({ length: count }, (_, i) => seen(record, at + i)!);
const rulesOf = (records: ReturnType<typeof times>, history: readonly number[] = []) =>
  talliesOf(records).flatMap((tally) => findingsOfHour(tally, history, thresholds, days).map(({ rule }) => rule));

describe('what the watch sees in an access record', () => {
  it.each([
    ['a question about a decision', aRecord({ outcome: 'explained' })],
    ['a push', aRecord({}, { action: 'push' })],
    ['the beginning of a stream, whose end says how much', aRecord({ outcome: 'release-started', rows: null })],
    ['an abort before anything left', aRecord({ outcome: 'aborted', rows: null })],
    ['a stranger', aRecord({ use: null })],
    [
      'a use that was only told to wait',
      aRecord({
        outcome: 'refused',
        effect: 'permit',
        reasons: [{ code: 'access.throttled', requirement: 'R13.5', article: 13 }],
      }),
    ],
    ['a use that could not be decided', aRecord({ outcome: 'refused', effect: 'indeterminate' })],
  ])('[R13.5] nothing in %s', (_what, record) => {
    expect(seen(record)).toBeNull();
  });

  it('[R13.5] rows that left before a stream was cut', () => {
    expect(seen(aRecord({ outcome: 'aborted', rows: 7, delivery: 'stream:k:d' }))).toMatchObject({
      rows: 7,
      unlisted: 7,
    });
  });

  it('[R13.5] no value: a matter number is hashed, a subject was', () => {
    const observation = seen(aRecord())!;
    expect(JSON.stringify(observation)).not.toContain('琼-1');
    expect(observation).toMatchObject({ subjects: ['hash1'], matter: '#7' });
  });

  it('[R13.5] all unknown resources as one: a caller may invent as many as it likes', () => {
    const probes = Array.from({ length: 50 }, (_, n) =>
      seen({ ...refusedBy('access.resource_unknown', { resourceId: `made-up-${n}` }), providerId: null })!,
    );
    expect(talliesOf(probes)).toHaveLength(1);
    expect(talliesOf(probes)[0]).toMatchObject({ resourceId: '-', refused: 50 });
  });
});

describe('the rules of the watch', () => {
  const page = (rows: number) => aRecord({ rows, delivery: 'stored:k:1:root:d' });

  it('[R13.5] bulk outside office hours: from the threshold on, and only then and there', () => {
    expect(rulesOf(times(4, page(250), THREE))).toContain('OFF_HOURS_BULK');
    expect(rulesOf(times(1, page(999), THREE))).not.toContain('OFF_HOURS_BULK');
    expect(rulesOf(times(4, page(250), TEN))).not.toContain('OFF_HOURS_BULK');
  });

  it.each([
    ['a working day, just before eight', '2026-03-02T07:00:00+08:00', false],
    ['a working day at eight', '2026-03-02T08:00:00+08:00', true],
    ['a working day at five in the afternoon', '2026-03-02T17:00:00+08:00', true],
    ['a working day at six', '2026-03-02T18:00:00+08:00', false],
    ['a Sunday', '2026-03-01T10:00:00+08:00', false],
    ['a Saturday that is worked instead', '2026-02-28T10:00:00+08:00', true],
    ['a holiday', '2026-10-01T10:00:00+08:00', false],
    ['a weekday of a year without calendar', '2030-03-05T10:00:00+08:00', true],
  ])('[R13.5] office hours go by the calendar: %s', (_when, at, isOffice) => {
    expect(isOfficeHour(Date.parse(at), thresholds.officeHours, days)).toBe(isOffice);
  });

  const counted: [string, AccessRecord, number][] = [
    ['BEYOND_SCOPE', refusedBy('access.officer_beyond_scope'), 5],
    ['BEYOND_SCOPE', refusedBy('access.officer_unknown'), 5],
    ['WITHOUT_MATTER_NUMBER', aRecord({}, { matterNumber: null }), 10],
    ['WITHOUT_MATTER_NUMBER', refusedBy('access.matter_number_missing', { matterNumber: null }), 10],
    ['KEY_USED_ELSEWHERE', refusedBy('access.address_not_registered'), 3],
    ['VERIFY_PROBING', aRecord({ rows: 0 }, { action: 'verify' }), 6],
    [
      'VERIFY_PROBING',
      aRecord(
        {
          outcome: 'refused',
          effect: 'permit',
          reasons: [{ code: 'access.verify_too_often', requirement: 'R14.7', article: 14 }],
        },
        { action: 'verify' },
      ),
      6,
    ],
  ];
  it.each(counted)('[R13.5] %s: at the threshold, and not one below', (rule, record, threshold) => {
    expect(rulesOf(times(threshold, record))).toEqual([rule]);
    expect(rulesOf(times(threshold - 1, record))).toEqual([]);
  });

  it.each([
    ['a yes', aRecord({ rows: 1 }, { action: 'verify' })],
    ['another refusal', refusedBy('access.items_beyond_grant')],
    ['unconditional use without a matter', aRecord({ basis: 'unconditional' }, { matterNumber: null })],
    ['the provider’s own use', aRecord({ basis: 'own' }, { matterNumber: null })],
  ])('[R13.5] does not mind %s', (_what, record) => {
    expect(rulesOf(times(60, record))).toEqual([]);
  });

  it('[R13.5] unusual volume: against the same hour of the weeks before, by median and deviations', () => {
    const steady = [600, 620, 580, 610, 590];
    const volume = (rows: number, history: readonly number[]) => rulesOf(times(1, page(rows)), history);
    // Median 600, twice that is more than six deviations of 15.
    expect(volume(1_200, steady)).toEqual([]);
    expect(volume(1_201, steady)).toEqual(['UNUSUAL_VOLUME']);
    const varying = [200, 900, 400, 1_100, 600];
    expect(volume(3_000, varying)).toEqual([]);
    expect(volume(3_300, varying)).toEqual(['UNUSUAL_VOLUME']);
    // One wild week does not make the next one usual.
    expect(volume(1_300, [...steady, 50_000])).toEqual(['UNUSUAL_VOLUME']);
  });

  it('[R13.5] unusual volume: not below the floor, and not without enough history', () => {
    expect(rulesOf(times(1, page(499)), [0, 0, 0, 0])).toEqual([]);
    expect(rulesOf(times(1, page(501)), [0, 0, 0, 0])).toEqual(['UNUSUAL_VOLUME']);
    expect(rulesOf(times(1, page(400_000)), [10, 10, 10])).toEqual([]);
  });

  it('[R13.5] one matter number for many subjects: distinct ones, within a day', () => {
    const reads = (hashes: string[]) => hashes.map((hash) => seen(aRecord({ delivery: `inline:k:1:root:${hash}` }))!);
    const found = (hashes: string[]) =>
      matterTalliesOf(reads(hashes), () => '2026-03-02', 3).map((tally) =>
        findingOfMatter(tally, tally.subjects.length, thresholds),
      );
    expect(found(['a', 'b', 'a', 'b'])).toEqual([null]);
    expect(found(['a', 'b', 'c'])).toEqual([
      expect.objectContaining({ rule: 'MANY_SUBJECTS_PER_MATTER', figures: { count: 3, threshold: 3 } }),
    ]);
    // However many there are, no more are kept than are needed to tell.
    expect(matterTalliesOf(reads(['a', 'b', 'c', 'd', 'e']), () => 'd', 3)[0]!.subjects).toHaveLength(3);
  });

  it('[R13.5] refusals in a row: only those since the last release', () => {
    const streak = (released: number | null, refused: number) => {
      const refusals = times(refused, refusedBy('access.no_grant'), TEN + 1_000);
      const all = released === null ? refusals : [...refusals, seen(aRecord(), TEN + released)!];
      return findingOfStreak(streaksOf(all, 4)[0]!, thresholds)?.rule ?? null;
    };
    expect([streak(null, 4), streak(null, 3), streak(0, 4), streak(1_002, 4), streak(9_000, 4)]).toEqual([
      'REFUSALS_IN_A_ROW',
      null,
      'REFUSALS_IN_A_ROW',
      null,
      null,
    ]);
  });

  it('[R13.5] comes to the same streak in whatever order the partitions bring the records', () => {
    const caller = {
      callerKind: 'system',
      callerId: 's',
      departmentId: 'd',
      resourceId: 'r',
      providerId: 'p',
    } as const;
    const parts = fc.array(
      fc.record({
        releasedAt: fc.oneof(fc.constant(-Infinity), fc.integer({ min: 0, max: 50 })),
        refusedAt: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const joinedAll = (all: readonly Streak[]) =>
      all.reduce((a, b) => joined(a, b, 4), { ...caller, releasedAt: -Infinity, refusedAt: [] });
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (given, dice) => {
        const streaks = given.map((part) => ({ ...caller, ...part }));
        const shuffled = streaks
          .map((streak) => ({ streak, at: dice.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ streak }) => streak);
        expect(joinedAll(shuffled)).toEqual(joinedAll(streaks));
      }),
    );
  });
});

describe('a misuse alert', () => {
  const now = new Date(TEN + 60_000);
  const [tally] = talliesOf(times(5, refusedBy('access.officer_beyond_scope')));
  const [finding] = findingsOfHour(tally!, [], thresholds, days);
  const { state: open, event } = raise(finding!, { requestsPerMinute: 30, minutes: 60 }, 'a1', now);
  const regions = new Map([
    ['mzj', '460100'],
    ['mzt', '460000'],
  ]);
  const person = (departmentId: string, role: Role, regionCode = '460000'): Principal => ({
    kind: 'officer',
    officerId: `${departmentId}-officer`,
    systemId: null,
    departmentId,
    regionCode,
    roles: [role],
    tokenId: 't',
  });
  const reviewer = person('mzt', 'REVIEWER');
  const authority = person('gxt', 'PROVINCIAL_AUTHORITY');
  const codeOf = (act: () => unknown): string | null => {
    try {
      act();
      return null;
    } catch (refusal) {
      return (refusal as { code: string }).code;
    }
  };
  const to = (alert: MisuseAlert, status: Parameters<typeof move>[1], by = reviewer) =>
    move(alert, status, '理由', by, regions, now);

  it('[R13.5] names the rule, the figures and the window, and slows the caller for a while', () => {
    expect(event.data).toEqual({
      alertId: 'a1',
      rule: 'BEYOND_SCOPE',
      callerKind: 'system',
      callerId: 'mzj-system',
      departmentId: 'mzj',
      resourceId: '203000-000001',
      providerId: 'mzt',
      window: { from: '2026-03-02T02:00:00.000Z', until: '2026-03-02T03:00:00.000Z' },
      figures: { count: 5, threshold: 5 },
      throttle: { requestsPerMinute: 30, until: '2026-03-02T03:01:00.000Z' },
      revision: 1,
      by: 'platform',
    });
    expect(throttleState(open)).toEqual({
      id: 'a1',
      version: 1,
      target: 'system',
      targetId: 'mzj-system',
      status: 'ACTIVE',
      requestsPerMinute: 30,
      until: '2026-03-02T03:01:00.000Z',
    });
  });

  it('[R13.5] slows nobody for what is long over', () => {
    const late = raise(finding!, { requestsPerMinute: 30, minutes: 60 }, 'a2', new Date(TEN + 3 * HOUR));
    expect([late.state.throttle, throttleState(late.state)]).toEqual([null, null]);
  });

  it('[R13.5] is acknowledged, then concluded by a person with a reason', () => {
    const { state: acknowledged } = to(open, 'ACKNOWLEDGED');
    expect(acknowledged).toMatchObject({
      status: 'ACKNOWLEDGED',
      acknowledged: { by: 'mzt-officer', organisationId: 'mzt', reason: '理由' },
      revision: 2,
    });
    const confirmed = to(acknowledged, 'CONFIRMED', authority);
    expect(confirmed.event).toMatchObject({
      type: 'authorisation.misuse-alert-confirmed.v1',
      data: { by: 'gxt-officer' },
    });
    expect(JSON.stringify(confirmed.event)).not.toContain('理由');
    expect(throttleState(confirmed.state)).toMatchObject({ status: 'ACTIVE' });
    expect(throttleState(to(acknowledged, 'DISMISSED').state)).toMatchObject({ status: 'LIFTED', version: 3 });
  });

  const every = ['ACKNOWLEDGED', 'DISMISSED', 'CONFIRMED'] as const;
  it.each([
    ['OPEN', ['ACKNOWLEDGED']],
    ['ACKNOWLEDGED', ['DISMISSED', 'CONFIRMED']],
    ['DISMISSED', []],
    ['CONFIRMED', []],
  ] as const)('[R13.5] moves from %s to %p and nowhere else', (status, allowed) => {
    expect(every.filter((next) => codeOf(() => to({ ...open, status }, next)) === null)).toEqual(allowed);
  });

  it.each([
    ['a reviewer of the provider', reviewer, null],
    ['the province', authority, null],
    ['the authority of the department’s region', person('hk', 'LOCAL_AUTHORITY', '460100'), null],
    ['the authority of another region', person('sz', 'LOCAL_AUTHORITY', '460200'), 'access.role_required'],
    ['a submitter of the provider', person('mzt', 'SUBMITTER'), 'access.role_required'],
    ['a reviewer of somebody else', person('wjw', 'REVIEWER'), 'access.role_required'],
    ['the department itself', person('mzj', 'REVIEWER'), 'misuse.own_case'],
    ['an authority about its own use', person('mzj', 'PROVINCIAL_AUTHORITY'), 'misuse.own_case'],
    ['a system of the provider', { ...reviewer, officerId: null, systemId: 's' }, 'access.role_required'],
  ])('[R14.10] is decided by %s?', (_who, by, code) => {
    expect(codeOf(() => to(open, 'ACKNOWLEDGED', by))).toBe(code);
  });

  it('[R13.5] is known to provider and authorities, not to who is being looked at', () => {
    expect(
      [reviewer, authority, person('mzj', 'RESPONSIBLE_OFFICER'), person('wjw', 'REVIEWER')].map((by) =>
        isKnownTo(open, by, regions),
      ),
    ).toEqual([true, true, false, false]);
  });
});
