import { anOfficer, authority, submitter } from '../../../test/builders';
import { announce, change, finishMigration, propose, takeEffect, withdraw } from './edition-acts';
import { mayKnow, type Edition } from './edition';

const now = new Date('2026-11-20T02:00:00Z');
const IN_FORCE: Edition = {
  ...{ number: 1, status: 'IN_FORCE', title: '指南', documentNumber: '1号', effectiveOn: '2026-01-01', revision: 1 },
  ...{ codeRule: { sequenceDigits: 6 }, template: [], acts: {}, migration: null, updatedAt: '2026-01-01T00:00:00Z' },
};
const given = { title: '目录体系', documentNumber: '琼工信〔2026〕9号' };
const proposed = propose(IN_FORCE, 2, given, authority, now).state;
const announced = announce(proposed, '2026-12-01', authority, now).state;
const refusal = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the next edition of the catalogue system', () => {
  it('[R6.1] begins as the one in force', () => {
    const { state, event } = propose(IN_FORCE, 2, given, authority, now);
    expect(state).toMatchObject({ ...given, number: 2, status: 'PROPOSED', effectiveOn: null, codeRule: { sequenceDigits: 6 } }); // prettier-ignore
    expect(event).toMatchObject({ type: 'catalogue.edition-proposed.v1', key: 'edition-2', data: { edition: 2, by: authority.officerId } }); // prettier-ignore
  });

  const ACTS: [string, (by: typeof authority) => unknown][] = [
    ['proposed', (by) => propose(IN_FORCE, 2, given, by, now)],
    ['changed', (by) => change(proposed, { title: '另一个' }, by, now)],
    ['announced', (by) => announce(proposed, '2026-12-01', by, now)],
    ['withdrawn', (by) => withdraw(announced, '暂缓', by, now)],
  ];
  it.each(ACTS)('[R6.1] [R14.10] is %s by an officer of the provincial authority alone', (_act, act) => {
    const local = anOfficer({ roles: ['LOCAL_AUTHORITY'], regionCode: '460100' });
    const outside = anOfficer({ roles: ['PROVINCIAL_AUTHORITY'], regionCode: '460100' });
    const system = anOfficer({ kind: 'system', officerId: null, systemId: 's', roles: ['PROVINCIAL_AUTHORITY'] });
    for (const by of [submitter, local, outside, system]) expect(refusal(() => act(by))).toBe('access.role_required');
    expect(refusal(() => act(authority))).toBeNull();
  });

  it.each<[string, (edition: Edition) => unknown, Edition['status'][]]>([
    ['changed', (edition) => change(edition, {}, authority, now), ['PROPOSED']],
    ['announced', (edition) => announce(edition, '2026-12-01', authority, now), ['PROPOSED']],
    ['withdrawn', (edition) => withdraw(edition, '暂缓', authority, now), ['PROPOSED', 'ANNOUNCED']],
  ])('[R6.1] is %s only in its time', (_act, act, from) => {
    for (const status of ['PROPOSED', 'ANNOUNCED', 'IN_FORCE', 'REPLACED', 'WITHDRAWN'] as const)
      expect(refusal(() => act({ ...proposed, status }))).toBe(from.includes(status) ? null : 'catalogue.edition_wrong_state'); // prettier-ignore
  });

  it.each([
    ['2026-11-29', 'catalogue.edition_notice_too_short'],
    ['2026-11-30', null],
    ['2028-11-19', null],
    ['2028-11-20', 'catalogue.edition_notice_too_short'],
    ['2026-13-45', 'catalogue.edition_notice_too_short'],
  ])('[R6.1] announced on 20 November to be in force from %s: %s', (effectiveOn, code) => {
    expect(refusal(() => announce(proposed, effectiveOn, authority, now))).toBe(code);
  });

  it('[R6.1] is nobody’s but the authority’s until it is announced', () => {
    const withdrawnUnseen = withdraw(proposed, '暂缓', authority, now).state;
    const withdrawn = withdraw(announced, '暂缓', authority, now).state;
    const known = [proposed, announced, withdrawnUnseen, withdrawn].map((edition) => mayKnow(edition, submitter));
    expect(known).toEqual([false, true, false, true]);
    expect(mayKnow(proposed, authority)).toBe(true);
  });

  it('[R6.1] takes the place of the one in force on its day, by the officer who announced it', () => {
    expect(() => takeEffect(announced, IN_FORCE, new Date('2026-11-30T15:59:59Z'))).toThrow(/not due/);
    // Midnight in the province.
    const at = new Date('2026-11-30T16:00:00Z');
    const { replaced, state, event } = takeEffect(announced, IN_FORCE, at);
    expect([replaced.status, state.status]).toEqual(['REPLACED', 'IN_FORCE']);
    expect(event.data).toMatchObject({ effectiveOn: '2026-12-01', replaces: 1, by: authority.officerId });
    const counted = { ...state, migration: { ...state.migration!, moved: 3, notMigrated: 1 } };
    expect(finishMigration(counted, at)).toMatchObject({
      state: { migration: { finishedAt: at.toISOString() } },
      event: { type: 'catalogue.edition-migrated.v1', data: { moved: 3, notMigrated: 1 } },
    });
  });
});
