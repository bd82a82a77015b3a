import { responsibleOf, reviewerOf, submitterOf, systemOf } from '../province/bodies';
import { sealedFacts, typesOf } from '../province/log';
import type { Province } from '../province/province';
import { MARRIAGES } from '../province/resources';
import { anAsk } from './asks';

const USE = { purpose: 'real-estate.registration', officer: submitterOf('zgt') };
const MATTER = { 'matter-number': encodeURIComponent('琼不动产〔2026〕1号') };

export const obtainsMarriageRecords = (province: () => Province) =>
  describe('situation 1: the real-estate office obtains marriage records', () => {
    const records = `/v1/resources/${MARRIAGES.id}/records?fields=certNo,status`;
    const done = (by: string, path: string, body: object) => province().done(by, 'POST', path, body);
    const seen = () => province().done(submitterOf('zgt'), 'GET', application);
    let application: string;

    it('[R12.2] [R12.3] applies, and the provider has ten working days from the day after receipt', async () => {
      await province().reads(systemOf('zgt'), records, { ...USE, ...MATTER }, 'access.no_grant');
      const asked = anAsk(MARRIAGES, USE.purpose, { systems: [systemOf('zgt')] });
      const applied = await done(submitterOf('zgt'), '/v1/sharing-applications', asked);
      application = `/v1/sharing-applications/${String(applied['id'])}`;
      expect(applied).toMatchObject({
        status: 'SUBMITTED',
        receivedAt: '2026-03-02T01:00:00.000Z',
        clock: { workingDays: 10, dueAt: '2026-03-16T15:59:59.999Z', provisional: false },
      });
    });

    it('[R12.4] is consented to on the sixth day, after one reminder', async () => {
      await done(reviewerOf('mzt'), `${application}/review`, {});
      province().setClock('2026-03-10T10:00:00+08:00');
      const id = application.split('/').at(-1)!;
      const facts = await sealedFacts(province(), id, 'authorisation.sharing-application-reminded.v1');
      expect(facts.at(-1)!.data).toMatchObject({ workingDay: 5, dueAt: '2026-03-16T15:59:59.999Z' });
      const consent = { matterNumber: 'required', agreement: 'REQUIRED' };
      const answered = await done(reviewerOf('mzt'), `${application}/consent`, consent);
      expect(answered).toMatchObject({ status: 'AGREEMENT_PENDING', clock: { endedAt: '2026-03-10T02:00:00.000Z' } });
      expect(await seen()).toMatchObject({ status: 'AGREEMENT_PENDING', overdue: false });
    });

    it('[R12.6] gets the grant when both sides have accepted the agreement, and not before', async () => {
      await province().reads(systemOf('zgt'), records, { ...USE, ...MATTER }, 'access.no_grant');
      const listed = `/v1/agreements?applicationId=${application.split('/').at(-1)!}`;
      const { items } = await province().done(responsibleOf('zgt'), 'GET', listed);
      const [{ id, digest }] = items as [{ id: string; digest: string }];
      await done(responsibleOf('zgt'), `/v1/agreements/${id}/acceptance`, { digest });
      expect(await seen()).toMatchObject({ status: 'AGREEMENT_PENDING' });
      await done(responsibleOf('mzt'), `/v1/agreements/${id}/acceptance`, { digest });
      const { status, decision } = await seen();
      expect(status).toBe('CONSENTED');
      const { grantId } = decision as { grantId: string };
      expect(await province().done(reviewerOf('mzt'), 'GET', `/v1/grants/${grantId}`)).toMatchObject({
        status: 'ACTIVE',
        matterNumber: 'required',
        systems: [systemOf('zgt')],
      });
    });

    it('[R12.7] [R13.4] reads with the number of the case, which is on record with what left', async () => {
      await province().reads(systemOf('zgt'), records, USE, 'access.matter_number_missing');
      const read = await province().reads(systemOf('zgt'), records, { ...USE, ...MATTER }, 200);
      expect((read.body['items'] as object[]).map((row) => Object.keys(row))).toEqual(
        MARRIAGES.rows.map(() => ['certNo', 'status']),
      );
      const decisionId = read.headers.get('qt-decision-id')!;
      const [access] = await sealedFacts(province(), decisionId, 'access.released.v1');
      expect(access!.data).toMatchObject({
        rows: 4,
        use: { matterNumber: '琼不动产〔2026〕1号', departmentId: 'zgt' },
      });
    });

    it('[R14.9] finds each act of it in the log', async () => {
      const facts = await sealedFacts(province(), application.split('/').at(-1)!, 'authorisation.sharing-application-consented.v1'); // prettier-ignore
      expect(typesOf(facts)).toEqual([
        'sharing-application-submitted',
        'sharing-application-review-started',
        'sharing-application-reminded',
        'sharing-application-agreement-awaited',
        'sharing-application-consented',
      ]);
    });
  });
