import { request } from 'node:http';
import { responsibleOf, reviewerOf, submitterOf, systemOf } from '../province/bodies';
import { sealedFacts } from '../province/log';
import type { Province } from '../province/province';
import { MARRIAGES } from '../province/resources';
import { anAsk } from './asks';

const USE = { purpose: 'veterans.benefits', officer: submitterOf('tyt') };
const RECORDS = `/v1/resources/${MARRIAGES.id}/records?fields=certNo`;
/** Registered by `tyt`, and by `wjw`. */
export const OWN_ADDRESS = '127.0.0.1/32';
export const ADDRESS_OF_ANOTHER = '127.0.0.2/32';

export const usesAKeyElsewhere = (province: () => Province) =>
  describe('situation 9: a key is used from another department’s address', () => {
    let grantId: string;
    let alertId: string;

    /** Whoever has the key, at the other department's desk. */
    async function fromElsewhere(): Promise<{ status: number; code: string }> {
      const token = await province().system(systemOf('tyt'));
      const headers = { ...USE, authorization: `Bearer ${token}` };
      return new Promise((resolve, reject) => {
        const call = request(
          province().platform.gatewayUrl + RECORDS,
          { headers, localAddress: '127.0.0.2' },
          (answer) => {
            let text = '';
            answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
            answer.on('end', () =>
              resolve({ status: answer.statusCode!, code: String((JSON.parse(text) as { code?: string }).code) }),
            );
          },
        );
        call.on('error', reject);
        call.end();
      });
    }

    it('[R13.1] opens nothing there, while its own system goes on', async () => {
      province().setClock('2026-04-08T09:00:00+08:00');
      const asked = anAsk(MARRIAGES, USE.purpose);
      const applied = await province().done(submitterOf('tyt'), 'POST', '/v1/sharing-applications', asked);
      const consent = { matterNumber: 'optional' };
      const path = `/v1/sharing-applications/${String(applied['id'])}/consent`;
      const { decision } = await province().done(reviewerOf('mzt'), 'POST', path, consent);
      grantId = (decision as { grantId: string }).grantId;
      for (let i = 0; i < 3; i++) {
        await province().reads(systemOf('tyt'), RECORDS, USE, 200);
        expect(await fromElsewhere()).toEqual({ status: 403, code: 'access.address_not_registered' });
      }
    });

    it('[R13.5] raises an alert, which the provider sees and the department does not', async () => {
      const alert = await province().eventually('the alert', async () => {
        const { items } = await province().done(reviewerOf('mzt'), 'GET', '/v1/misuse-alerts?rule=KEY_USED_ELSEWHERE');
        return (items as Record<string, unknown>[])[0];
      });
      expect(alert).toMatchObject({ callerId: systemOf('tyt'), departmentId: 'tyt', figures: { count: 3 } });
      alertId = String(alert['id']);
      const own = await province().asked(responsibleOf('tyt'), 'GET', `/v1/misuse-alerts/${alertId}`);
      expect(own.body).toMatchObject({ code: 'request.not_found' });
      const log = `/v1/audit/entries?key=${alertId}`;
      const [fact] = await sealedFacts(province(), alertId, 'authorisation.misuse-alert-raised.v1');
      expect(fact!.data).toMatchObject({ rule: 'KEY_USED_ELSEWHERE', callerId: systemOf('tyt'), providerId: 'mzt' });
      expect(await province().done(reviewerOf('tyt'), 'GET', log)).toMatchObject({ items: [] });
      expect((await province().done(reviewerOf('mzt'), 'GET', log))['items']).toHaveLength(1);
    });

    it('[R13.5] stops nothing by itself', async () => {
      const grant = await province().done(reviewerOf('mzt'), 'GET', `/v1/grants/${grantId}`);
      expect(grant).toMatchObject({ status: 'ACTIVE', suspension: null });
      await province().reads(systemOf('tyt'), RECORDS, USE, 200);
    });

    it('[R13.5] is suspended by an officer of the provider, with a reason and an end', async () => {
      for (const act of ['acknowledgement', 'confirmation'])
        await province().done(reviewerOf('mzt'), 'POST', `/v1/misuse-alerts/${alertId}/${act}`, { reason: '已核实' });
      const until = '2026-04-15T01:00:00.000Z';
      const measure = { ground: 'MISUSE', narrative: '密钥在其他单位地址使用', until };
      const suspended = await province().done(reviewerOf('mzt'), 'POST', `/v1/grants/${grantId}/suspension`, measure);
      expect(suspended).toMatchObject({
        status: 'SUSPENDED',
        suspension: { ground: 'MISUSE', by: reviewerOf('mzt'), until },
      });
      await province().reads(systemOf('tyt'), RECORDS, USE, 'access.grant_not_active');
      const facts = await sealedFacts(province(), grantId, 'authorisation.grant-suspended.v1');
      expect(facts.at(-1)!.data).toMatchObject({ ground: 'MISUSE', by: reviewerOf('mzt'), until, emergency: false });
    });

    it('[R13.5] goes on when the suspension is over', async () => {
      province().setClock('2026-04-15T09:00:01+08:00');
      await province().reads(systemOf('tyt'), RECORDS, USE, 200);
      expect(await fromElsewhere()).toMatchObject({ code: 'access.address_not_registered' });
    });
  });
