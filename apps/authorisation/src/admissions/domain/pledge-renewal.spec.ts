import { anAdmission, aText, authority, by, inDays, now, signature, theHead } from '../../../test/admissions';
import { pledgeAnew, revoke, suspend, type Admission } from './admission';
import { askToPledge, fallDue, nextDueAt } from './pledge-renewal';
import { digestOf, graceEnd, publish } from './pledge-text';

const refusal = (code: string) => expect.objectContaining({ code });
const next = aText({ version: '2027-1', effectiveFrom: now.toISOString(), graceDays: 30 });
const asked = askToPledge(anAdmission(), next, [14, 7, 1], now)!.state;

/** Everything that time does until then, as the schedule would find it day by day. */
function passing(admission: Admission, days: number) {
  const facts: string[] = [];
  for (let day = 0; day <= days; day++)
    for (let due = fallDue(admission, inDays(day)); due; due = fallDue(admission, inDays(day))) {
      admission = due.state;
      facts.push(`${day} ${due.event.type.split('.')[1]!}`);
    }
  return { admission, facts };
}

describe('a new text of the pledge', () => {
  const given = { version: '2027-1', text: aText().text, effectiveFrom: inDays(10).toISOString(), graceDays: 30 };

  it('[R11.2] has the digest of both parts in both languages, an effective date and days of grace', () => {
    const { state, event } = publish(given, aText(), authority, now);
    expect(state).toMatchObject({ digest: digestOf(given.text), publishedBy: 'admin', publishedAt: now.toISOString() });
    expect(graceEnd(state)).toBe(inDays(40).toISOString());
    expect(event.data).toEqual({
      version: '2027-1',
      digest: state.digest,
      effectiveFrom: given.effectiveFrom,
      graceDays: 30,
      authorityId: 'gxt',
      revision: 1,
      by: 'admin',
    });
    const { zh, en } = given.text;
    for (const changed of [
      { zh: { ...zh, sharingRules: `${zh.sharingRules}。` }, en },
      { zh: { ...zh, confidentiality: '' }, en },
      { zh, en: { ...en, sharingRules: '' } },
      { zh, en: { ...en, confidentiality: '' } },
    ])
      expect(digestOf(changed)).not.toBe(state.digest);
  });

  it.each([
    ['takes effect in the past', { effectiveFrom: inDays(-1).toISOString() }, authority, 'pledge.effect_invalid'],
    ['is published by a department', {}, by({ roles: ['RESPONSIBLE_OFFICER'] }), 'access.role_required'],
    [
      'is published by a local authority',
      {},
      by({ departmentId: 'hk', roles: ['LOCAL_AUTHORITY'] }),
      'access.role_required',
    ],
    ['is published by a system', {}, { ...authority, officerId: null, systemId: 's' }, 'access.role_required'],
  ])('[R11.2] is refused when it %s', (_when, over, who, code) => {
    expect(() => publish({ ...given, ...over }, aText(), who, now)).toThrow(refusal(code));
  });

  it.each([9, 10])('[R11.2] takes effect after every published one, not %s days from now', (days) => {
    const latest = aText({ effectiveFrom: inDays(10).toISOString() });
    const early = { ...given, effectiveFrom: inDays(days).toISOString() };
    expect(() => publish(early, latest, authority, now)).toThrow(refusal('pledge.effect_invalid'));
  });
});

describe('a pledge on a former text', () => {
  it('[R11.2] admits until the grace period ends, and the department is told so', () => {
    const { state, event } = askToPledge(anAdmission(), next, [14, 7, 1], now)!;
    expect(state).toMatchObject({ status: 'ACTIVE', pledgeVersion: '2026-1', pledgeValidUntil: graceEnd(next) });
    expect(event).toMatchObject({
      type: 'authorisation.pledge-renewal-asked.v1',
      data: { pledgeVersion: '2026-1', newVersion: '2027-1', validUntil: graceEnd(next), by: 'platform' },
    });
  });

  it('[R11.2] is reminded of, lapses by time, and says each once', () => {
    const { admission, facts } = passing(asked, 400);
    expect(facts).toEqual([
      '16 pledge-renewal-reminded',
      '23 pledge-renewal-reminded',
      '29 pledge-renewal-reminded',
      '30 pledge-lapsed',
    ]);
    expect(admission).toMatchObject({ status: 'ACTIVE', renewal: { lapsedAt: inDays(30).toISOString() } });
    expect(nextDueAt(admission)).toBeNull();
  });

  it('[R11.2] is reminded of once where the schedule was away for longer', () => {
    expect(fallDue(asked, inDays(25))!.state.renewal!.reminders).toEqual([inDays(29).toISOString()]);
    const late = fallDue(asked, inDays(31))!;
    expect([late.event.type, late.state.renewal!.reminders]).toEqual(['authorisation.pledge-lapsed.v1', []]);
  });

  it('[R11.2] is waited for to its last instant', () => {
    const { state } = fallDue(asked, inDays(29))!;
    expect(state.renewal!.reminders).toEqual([]);
    expect(nextDueAt(state)).toBe(graceEnd(next));
  });

  it('[R11.2] waits for nothing once the department has pledged anew', () => {
    const signed = { ...signature, textVersion: '2027-1' };
    const { state } = pledgeAnew(asked, signed, next, theHead, inDays(3));
    expect(nextDueAt(state)).toBeNull();
    expect(passing(state, 60).facts).toEqual([]);
    expect(askToPledge(state, next, [1], now)).toBeNull();
  });

  it('[R11.2] is not given more time by a later text', () => {
    const later = aText({ version: '2028-1', effectiveFrom: inDays(5).toISOString(), graceDays: 300 });
    expect(askToPledge(asked, later, [1], inDays(5))!.state).toMatchObject({
      pledgeValidUntil: graceEnd(next),
      renewal: { newVersion: '2028-1', validUntil: graceEnd(next) },
    });
    const sooner = aText({ version: '2028-1', effectiveFrom: inDays(5).toISOString(), graceDays: 2 });
    expect(askToPledge(asked, sooner, [1], inDays(5))!.state.pledgeValidUntil).toBe(inDays(7).toISOString());
  });

  it('[R11.2] is asked about once, and of nobody who has no admission or the text in force', () => {
    expect(askToPledge(asked, next, [1], now)).toBeNull();
    expect(askToPledge(anAdmission({ pledgeVersion: '2027-1' }), next, [1], now)).toBeNull();
    for (const status of ['NONE', 'REVOKED'] as const)
      expect(askToPledge(anAdmission({ status }), next, [1], now)).toBeNull();
  });
});

describe('an admission in the course of time', () => {
  const suspended = suspend(
    asked,
    { ground: 'MISUSE', reason: 'r', until: inDays(20).toISOString() },
    authority,
    now,
  ).state;

  it('[R13.5] [R11.2] resumes at its end while the grace period runs on', () => {
    expect(nextDueAt(suspended)).toBe(inDays(16).toISOString());
    expect(passing(suspended, 40).facts).toEqual([
      '16 pledge-renewal-reminded',
      '20 admission-resumed',
      '23 pledge-renewal-reminded',
      '29 pledge-renewal-reminded',
      '30 pledge-lapsed',
    ]);
  });

  it('[R11.1] is waited for no more once it is revoked', () => {
    const { state } = revoke(suspended, { ground: 'MISUSE', reason: 'r' }, authority, now);
    expect([nextDueAt(state), passing(state, 40).facts]).toEqual([null, []]);
  });

  it('[R11.5] has nothing to wait for as long as nothing happens', () => {
    expect([nextDueAt(anAdmission()), fallDue(anAdmission(), inDays(4000))]).toEqual([null, null]);
  });
});
