import { reviewerOf, submitterOf, systemOf } from '../province/bodies';
import { sealedFacts, typesOf } from '../province/log';
import type { Province } from '../province/province';
import { INSURED } from '../province/resources';
import { anAsk } from './asks';

const PURPOSE = 'social-aid.eligibility';

export const waitsForASilentProvider = (province: () => Province) =>
  describe('situation 2: a city’s civil affairs bureau waits for a silent provider', () => {
    let id: string;
    const seen = () => province().done(submitterOf('hk-mzj'), 'GET', `/v1/sharing-applications/${id}`);

    it('[R12.4] is told each reminder, on the fifth, eighth and ninth day', async () => {
      province().setClock('2026-03-11T09:00:00+08:00');
      const applied = await province().done(submitterOf('hk-mzj'), 'POST', '/v1/sharing-applications', anAsk(INSURED, PURPOSE)); // prettier-ignore
      id = String(applied['id']);
      expect(applied['clock']).toMatchObject({ dueAt: '2026-03-25T15:59:59.999Z' });
      const reminders: number[] = [];
      for (const day of ['2026-03-18', '2026-03-23', '2026-03-24']) {
        province().setClock(`${day}T09:00:00+08:00`);
        await province().eventually(`a reminder on ${day}`, async () => {
          const facts = await sealedFacts(province(), id, 'authorisation.sharing-application-submitted.v1');
          const said = facts.filter(({ type }) => type === 'authorisation.sharing-application-reminded.v1');
          if (said.length === reminders.length) return null;
          return reminders.push(said.at(-1)!.data['workingDay'] as number);
        });
      }
      expect(reminders).toEqual([5, 8, 9]);
    });

    it('[R12.3] is not overdue while the tenth day lasts', async () => {
      province().setClock('2026-03-25T23:59:00+08:00');
      expect(await seen()).toMatchObject({ status: 'SUBMITTED', overdue: false });
    });

    it('[R12.4] sees it overdue on the eleventh day, which neither approves nor refuses anything', async () => {
      province().setClock('2026-03-26T09:00:00+08:00');
      expect(await seen()).toMatchObject({ status: 'SUBMITTED', overdue: true, decision: null, refusal: null });
      const use = { purpose: PURPOSE, officer: submitterOf('hk-mzj') };
      await province().reads(systemOf('hk-mzj'), `/v1/resources/${INSURED.id}/records`, use, 'access.no_grant');
    });

    it('[R12.4] [R14.9] supervision finds in the log who was silent, since when, and whose matter that is', async () => {
      const facts = await sealedFacts(province(), id, 'authorisation.sharing-application-overdue.v1');
      expect(typesOf(facts)).toEqual([
        'sharing-application-submitted',
        ...Array.from({ length: 3 }, () => 'sharing-application-reminded'),
        'sharing-application-overdue',
      ]);
      // A city's applicant and a provincial provider: the provincial authority's. [R12.5]
      expect(facts.at(-1)!.data).toMatchObject({
        ...{ applicationId: id, resourceId: INSURED.id, applicantId: 'hk-mzj', providerId: 'rst' },
        ...{ authorityId: 'gxt', dueAt: '2026-03-25T15:59:59.999Z', by: 'platform' },
        responsibleUnitId: expect.any(String) as string,
      });
    });

    it('[R12.4] may still be answered, late', async () => {
      const path = `/v1/sharing-applications/${id}/consent`;
      const answered = await province().done(reviewerOf('rst'), 'POST', path, { matterNumber: 'optional' });
      expect(answered).toMatchObject({ status: 'CONSENTED', overdueAt: expect.any(String) as string });
    });
  });
