import { ADMINISTRATOR, officerOf, reviewerOf, submitterOf, systemOf } from '../province/bodies';
import { sealedFacts, typesOf } from '../province/log';
import type { Province } from '../province/province';
import { PUPILS } from '../province/resources';
import { anAsk, LAW } from './asks';

const USE = { purpose: 'medical-aid.eligibility', officer: submitterOf('ybj') };

export const isRefusedWithALetter = (province: () => Province) =>
  describe('situation 4: the insurer is refused pupils’ records, with a letter', () => {
    let id: string;
    let caseId: string;
    const at = (act = '') => `/v1/sharing-applications/${id}${act}`;
    const refuse = (statutoryBasis: readonly object[]) =>
      province().asked(reviewerOf('jyt'), 'POST', at('/refusal'), {
        body: { statutoryBasis, narrative: '未成年人信息' },
      });
    const seen = () => province().done(submitterOf('ybj'), 'GET', at());

    it('[R10.2] is not refused on nothing, nor on a law that says nothing', async () => {
      province().setClock('2026-04-01T09:00:00+08:00');
      const asked = anAsk(PUPILS, USE.purpose);
      id = String((await province().done(submitterOf('ybj'), 'POST', '/v1/sharing-applications', asked))['id']);
      await province().done(reviewerOf('jyt'), 'POST', at('/review'), {});
      expect((await refuse([])).body).toMatchObject({ code: 'consent.statutory_basis_missing' });
      expect((await refuse([{ ...LAW, article: '有关条款' }])).body).toMatchObject({
        code: 'application.article_unknown',
      });
      expect((await refuse([LAW])).status).toBe(200);
    });

    it('[R12.5] [R14.10] is decided by the authority, and by no other', async () => {
      const { items } = await province().done(ADMINISTRATOR, 'GET', `/v1/consent-cases?subjectId=${id}`);
      caseId = (items as [{ id: string }])[0].id;
      const consent = { body: { reason: '依法不予共享' } };
      const path = `/v1/consent-cases/${caseId}/consent`;
      // The authority of a city, and the leading group before its turn.
      for (const officer of [officerOf('hk-gxj'), officerOf('ldxz')])
        expect((await province().asked(officer, 'POST', path, consent)).status).toBeGreaterThanOrEqual(403);
      expect(await seen()).toMatchObject({ status: 'PROVIDER_REVIEW', refusal: null });
      await province().done(ADMINISTRATOR, 'POST', path, consent.body);
    });

    it('[R12.5] [R10.2] has the letter with its law, its reason and the authority that consented', async () => {
      expect(await seen()).toMatchObject({
        status: 'REFUSED',
        decision: null,
        refusal: {
          caseId,
          statutoryBasis: [LAW],
          narrative: '未成年人信息',
          authorityId: 'gxt',
          consentedBy: ADMINISTRATOR,
          consentedAt: province().today.toISOString(),
        },
      });
      const use = `/v1/resources/${PUPILS.id}/records?fields=pupilNo`;
      await province().reads(systemOf('ybj'), use, USE, 'access.no_grant');
    });

    it('[R14.9] is in the log by law and article, without a word that may name somebody', async () => {
      const facts = await sealedFacts(province(), id, 'authorisation.sharing-application-refused.v1');
      expect(typesOf(facts).slice(-2)).toEqual(['sharing-application-refusal-proposed', 'sharing-application-refused']);
      const { law, article } = LAW;
      expect(facts.at(-1)!.data).toMatchObject({ caseId, authorityId: 'gxt', statutoryBasis: [{ law, article }] });
      expect(JSON.stringify(facts)).not.toMatch(/未成年人信息|明确、合理/);
    });
  });
