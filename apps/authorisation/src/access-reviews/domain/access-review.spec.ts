import type { Role } from '@qiongtong/contracts';
import { aPrincipal } from '@qiongtong/testing';
import {
  checkMayConclude,
  confirm,
  ended,
  fallDue,
  nextStepAt,
  open,
  sweep,
  type AccessReview,
  type ChangedReview,
  type Standing,
} from './access-review';

const now = new Date('2026-03-02T01:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const by = (departmentId: string, officerId: string | null, ...roles: Role[]) =>
  aPrincipal({ departmentId, officerId, roles, ...(officerId === null && { systemId: 's' }) });
const responsible = by('ybj', 'li', 'RESPONSIBLE_OFFICER');
const authority = by('gxt', 'admin', 'PROVINCIAL_AUTHORITY');
const department = { id: 'ybj', regionCode: '460000', isProvincialAuthority: false };
const rule = { days: 30, reminderDays: [14, 7, 1] };
const notified = { responsibleUnitId: 'u1', authorityId: 'gxt' };
const refusal = (code: string) => expect.objectContaining({ code });

const anAppointment = (officerId: string, part = 'p1'): Standing => ({
  kind: 'APPOINTMENT',
  subjectId: officerId,
  part,
  shown: { name: '王某' },
  revision: 3,
});
const aSystem: Standing = { kind: 'SYSTEM', subjectId: 'ybj-system', part: '', shown: {}, revision: 2 };
const theAdmission: Standing = { kind: 'ADMISSION', subjectId: 'ybj', part: '', shown: {}, revision: 7 };
const standing = [anAppointment('wang'), anAppointment('wang', 'p2'), anAppointment('li'), aSystem, theAdmission];
const last = (changes: readonly ChangedReview[]) => changes.at(-1)!.state;
const opened = last(open({ id: 'r1', organisationId: 'ybj', standing }, rule, now));
const confirming = (review: AccessReview, no: number, who = responsible, over: object = {}) =>
  confirm(
    review,
    no,
    { seen: standing[no - 1]!.revision, note: '', standing: standing[no - 1]!, department, ...over },
    who,
    now,
  );

describe('a yearly review', () => {
  it('[R8.5] has an item for each appointment, system and the admission, and a time for it', () => {
    const [change] = open({ id: 'r1', organisationId: 'ybj', standing }, rule, now);
    expect(change!.state).toMatchObject({
      status: 'OPEN',
      dueAt: inDays(30).toISOString(),
      overdueAt: null,
      revision: 1,
    });
    expect(change!.state.items.map(({ no, kind, subjectId, outcome }) => [no, kind, subjectId, outcome])).toEqual([
      [1, 'APPOINTMENT', 'wang', null],
      [2, 'APPOINTMENT', 'wang', null],
      [3, 'APPOINTMENT', 'li', null],
      [4, 'SYSTEM', 'ybj-system', null],
      [5, 'ADMISSION', 'ybj', null],
    ]);
    expect(change!.event).toMatchObject({
      type: 'authorisation.access-review-opened.v1',
      key: 'r1',
      data: { items: 5, by: 'platform' },
    });
    expect(JSON.stringify(change!.event)).not.toContain('王某');
  });

  it('[R8.5] of a department with nothing is done as it begins', () => {
    const changes = open({ id: 'r1', organisationId: 'ybj', standing: [] }, rule, now);
    expect(changes.map(({ event }) => event.type)).toEqual([
      'authorisation.access-review-opened.v1',
      'authorisation.access-review-completed.v1',
    ]);
    expect([last(changes).status, nextStepAt(last(changes))]).toEqual(['COMPLETED', null]);
  });

  it('[R8.5] is done with its last item, and says whether in time', () => {
    let review = opened;
    for (const no of [1, 2, 4, 5]) review = last(confirming(review, no));
    expect(review.status).toBe('OPEN');
    const [item, done] = ended(
      review,
      3,
      { revision: 4, note: '调离', department },
      by('ybj', 'sun', 'RESPONSIBLE_OFFICER'),
      inDays(31),
    );
    expect(item!.event.data).toMatchObject({ conclusion: 'ENDED', subjectId: 'li', subjectRevision: 4, by: 'sun' });
    expect(done!.event).toMatchObject({ type: 'authorisation.access-review-completed.v1', data: { late: true } });
    expect(done!.state).toMatchObject({ status: 'COMPLETED', completedAt: inDays(31).toISOString(), reminders: [] });
    expect(JSON.stringify([item, done].map((one) => one!.event))).not.toContain('调离');
    const inTime = confirming(review, 3, by('ybj', 'sun', 'RESPONSIBLE_OFFICER'));
    expect(inTime.at(-1)!.event.data).toMatchObject({ late: false });
  });

  it('[R8.5] keeps who confirmed what, as it was read', () => {
    const [{ state, event }] = confirming(opened, 4, responsible, { note: '已核对' }) as [ChangedReview];
    expect(state.items[3]!.outcome).toEqual({
      conclusion: 'CONFIRMED',
      subjectRevision: 2,
      by: 'li',
      at: now.toISOString(),
      note: '已核对',
    });
    expect(event.data).toMatchObject({
      kind: 'SYSTEM',
      conclusion: 'CONFIRMED',
      subjectRevision: 2,
      revision: 2,
      by: 'li',
    });
    expect(() => confirming(opened, 4, responsible, { seen: 1 })).toThrow(refusal('review.subject_changed'));
  });

  it.each([
    ['nobody', 9, responsible, 'request.not_found'],
    ['a submitter', 1, by('ybj', 'sun', 'SUBMITTER', 'REVIEWER'), 'access.role_required'],
    ['a system', 4, by('ybj', null, 'SYSTEM'), 'access.role_required'],
    ['another department', 4, by('wjw', 'zhou', 'RESPONSIBLE_OFFICER'), 'access.role_required'],
    ['an auditor', 1, by('sjt', 'sun', 'AUDITOR'), 'access.role_required'],
    ['the authority, what is the department’s own', 4, authority, 'review.departments_own'],
    ['the authority, the admission', 5, authority, 'review.departments_own'],
    ['the leading group, a department’s', 1, by('ldxz', 'zhao', 'LEADING_GROUP'), 'access.role_required'],
    ['the officer whose appointment it is', 3, responsible, 'review.own_appointment'],
    ['the authority’s officer, their own', 1, by('gxt', 'wang', 'PROVINCIAL_AUTHORITY'), 'review.own_appointment'],
  ])('[R8.5] [R14.10] is not concluded by %s', (_who, no, who, code) => {
    expect(() => checkMayConclude(opened, no, department, who)).toThrow(refusal(code));
    const given = { revision: 1, note: '', department };
    expect(() => ended(opened, no, given, who, now)).toThrow(refusal(code));
  });

  it('[R14.10] has the authority above look at the appointment that nobody inside may', () => {
    expect(checkMayConclude(opened, 3, department, authority).officer).toBe('admin');
    const above = { ...department, isProvincialAuthority: true };
    expect(checkMayConclude(opened, 3, above, by('ldxz', 'zhao', 'LEADING_GROUP')).officer).toBe('zhao');
    expect(() => checkMayConclude(opened, 3, above, authority)).toThrow(refusal('access.role_required'));
    const machine = by('ldxz', null, 'LEADING_GROUP');
    expect(() => checkMayConclude(opened, 3, above, machine)).toThrow(refusal('access.role_required'));
    const foreign = { ...department, id: 'wjw' };
    expect(() => checkMayConclude(opened, 3, foreign, authority)).toThrow(refusal('request.not_found'));
    const elsewhere = { ...department, regionCode: '460200' };
    const ofHaikou = { ...by('hk', 'liu', 'LOCAL_AUTHORITY'), regionCode: '460100' };
    expect(() => checkMayConclude(opened, 3, elsewhere, ofHaikou)).toThrow(refusal('access.role_required'));
  });

  it('[R8.5] concludes an item once', () => {
    const review = last(confirming(opened, 4));
    expect(() => confirming(review, 4)).toThrow(refusal('review.item_concluded'));
  });

  it('[R8.5] does not ask about what has ended otherwise', () => {
    const changes = sweep(opened, [anAppointment('wang', 'p2'), theAdmission], now);
    expect(changes.map(({ event }) => event.data)).toMatchObject([
      { subjectId: 'wang', conclusion: 'GONE', subjectRevision: null, by: 'platform', revision: 2 },
      { subjectId: 'li', conclusion: 'GONE', revision: 3 },
      { subjectId: 'ybj-system', conclusion: 'GONE', revision: 4 },
    ]);
    expect(last(changes).items.map(({ outcome }) => outcome?.conclusion ?? null)).toEqual([
      'GONE',
      null,
      'GONE',
      'GONE',
      null,
    ]);
    expect(sweep(opened, standing, now)).toEqual([]);
    expect(last(sweep(opened, [], now)).status).toBe('COMPLETED');
    // What was concluded stays so, whatever became of it.
    expect(last(sweep(last(confirming(opened, 4)), [], now)).items[3]!.outcome!.conclusion).toBe('CONFIRMED');
    const [gone] = confirming(opened, 4, responsible, { standing: null });
    expect(gone!.event.data).toMatchObject({ conclusion: 'GONE', by: 'platform' });
  });

  it('[R8.5] reminds, is overdue and told to the authority, each once, and ends nothing', () => {
    const facts: string[] = [];
    let review = opened;
    for (let day = 0; day <= 400; day++)
      for (let due = fallDue(review, notified, inDays(day)); due; due = fallDue(review, notified, inDays(day))) {
        review = due.state;
        facts.push(`${day} ${due.event.type.split('.')[1]!}`);
        expect(due.event.data).toMatchObject({ dueAt: opened.dueAt, open: 5, by: 'platform' });
      }
    expect(facts).toEqual([
      '16 access-review-reminded',
      '23 access-review-reminded',
      '29 access-review-reminded',
      '30 access-review-overdue',
    ]);
    expect(review).toMatchObject({ status: 'OPEN', overdueAt: inDays(30).toISOString() });
    expect([review.items, nextStepAt(review)]).toEqual([opened.items, null]);
    expect(fallDue(opened, notified, inDays(30))!.event.data).toMatchObject(notified);
  });

  it('[R8.5] says nothing more once it is done', () => {
    const done = last(sweep(opened, [], now));
    expect([fallDue(done, notified, inDays(100)), nextStepAt(done)]).toEqual([null, null]);
    expect([nextStepAt(opened), nextStepAt({ ...opened, reminders: [] })]).toEqual([
      inDays(16).toISOString(),
      opened.dueAt,
    ]);
  });
});
