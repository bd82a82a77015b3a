import { ADMINISTRATOR, reviewerOf, submitterOf, systemOf } from '../province/bodies';
import { sealedFacts, typesOf } from '../province/log';
import type { Province } from '../province/province';
import { REAL_ESTATE } from '../province/resources';
import { anAsk, LAW } from './asks';

const USE = { purpose: 'medical-aid.eligibility', officer: submitterOf('ybj') };

export const isRefusedWithoutTheAuthoritysConsent = (province: () => Province) =>
  describe('situation 3: the insurer is to be refused real-estate records, and the authority does not consent', () => {
    let id: string;
    const at = (act = '') => `/v1/sharing-applications/${id}${act}`;
    const refusal = { statutoryBasis: [LAW], narrative: '涉及个人财产状况' };
    const seen = () => province().done(submitterOf('ybj'), 'GET', at());

    it('[R12.5] sees a review and no refusal while the authority has not answered', async () => {
      province().setClock('2026-03-27T09:00:00+08:00');
      const asked = anAsk(REAL_ESTATE, USE.purpose);
      id = String((await province().done(submitterOf('ybj'), 'POST', '/v1/sharing-applications', asked))['id']);
      await province().done(reviewerOf('zgt'), 'POST', at('/refusal'), refusal);
      expect(await seen()).toMatchObject({ status: 'PROVIDER_REVIEW', proposal: null, refusal: null });
      // Nor does the log tell it, which has it already.
      const proposed = 'authorisation.sharing-application-refusal-proposed.v1';
      await sealedFacts(province(), id, proposed);
      const { items } = await province().done(reviewerOf('ybj'), 'GET', `/v1/audit/entries?key=${id}&limit=100`);
      expect((items as { entry: string }[]).length).toBeGreaterThan(0);
      expect(JSON.stringify(items)).not.toContain(proposed);
    });

    it('[R12.1] is to be provided for after all, as the authority does not consent', async () => {
      const { items } = await province().done(ADMINISTRATOR, 'GET', `/v1/consent-cases?subjectId=${id}`);
      const [opened] = items as [{ id: string; kind: string }];
      expect(opened.kind).toBe('REFUSAL');
      const answer = { reason: '依据不足,申请事项属法定职责' };
      await province().done(ADMINISTRATOR, 'POST', `/v1/consent-cases/${opened.id}/non-consent`, answer);
      const byProvider = await province().done(reviewerOf('zgt'), 'GET', at());
      expect(byProvider).toMatchObject({ status: 'PROVIDER_REVIEW', mustProvide: true });
    });

    it('[R12.1] [R10.4] cannot be refused on the same grounds again', async () => {
      const again = await province().asked(reviewerOf('zgt'), 'POST', at('/refusal'), { body: refusal });
      expect(again.status).toBeGreaterThanOrEqual(400);
      expect(again.body).toMatchObject({ code: 'application.ground_not_consented' });
      expect(await seen()).toMatchObject({ status: 'PROVIDER_REVIEW', refusal: null });
    });

    it('[R12.7] gets what it asked for, and reads it', async () => {
      await province().done(reviewerOf('zgt'), 'POST', at('/consent'), { matterNumber: 'optional' });
      const path = `/v1/resources/${REAL_ESTATE.id}/records?fields=unitNo,holderName`;
      const { body } = await province().reads(systemOf('ybj'), path, USE, 200);
      expect(body['items']).toHaveLength(REAL_ESTATE.rows.length);
      expect(typesOf(await sealedFacts(province(), id, 'authorisation.sharing-application-consented.v1'))).toEqual([
        'sharing-application-submitted',
        'sharing-application-refusal-proposed',
        'sharing-application-proposal-ended',
        'sharing-application-consented',
      ]);
    });
  });
