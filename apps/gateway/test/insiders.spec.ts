import { aGrant, anAppointment, anOfficer, anOrganisation, aResource, aSystem } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

const PURPOSE = { purpose: 'social-aid.eligibility' };
const OPEN = '/v1/resources/102000-000001/records/A1';
const RECORDS = '/v1/resources/203000-000001/records';

type Problem = { status: number; code: string; about?: string[]; decisionId: string };

/** What somebody with a good token may still try, and how it is stopped or what trace it leaves. */
describe('an insider', () => {
  let gateway: RunningGateway;
  let system: string;
  beforeAll(async () => {
    gateway = await RunningGateway.start();
    system = await gateway.issuer.system('mzj-system');
    const { publisher } = gateway;
    await publisher.publish(
      'policy.officers',
      anOfficer({ id: 'gone', status: 'DEPARTED' }),
      anOfficer({ id: 'moved', appointments: [anAppointment({ until: '2025-06-01' })] }),
      anOfficer({ id: 'of-mzt', appointments: [anAppointment({ organisationId: 'mzt' })] }),
    );
    await publisher.publish('policy.organisations', anOrganisation({ id: 'vendor', kind: 'VENDOR' }));
    await publisher.publish(
      'policy.systems',
      aSystem({ id: 'far-system', addresses: ['10.9.0.0/16'] }),
      aSystem({ id: 'vendor-system', ownerId: 'vendor' }),
      aSystem({ id: 'claimed-system', ownerAttested: false }),
    );
    await publisher.publish(
      'policy.resources',
      aResource({ id: 'per-subject', matterNumberPerSubject: true, sharingType: 'UNCONDITIONAL' }),
      aResource({ id: 'derived', providerId: 'jyt', sharingType: 'UNCONDITIONAL', derivedFrom: ['203000-000001'] }),
    );
    await publisher.publish(
      'policy.grants',
      aGrant({
        id: 'g-items',
        items: ['idNumber', 'registeredOn'],
        actions: ['query', 'batch', 'verify', 'subscribe'],
      }),
    );
    await until(
      async () => (await gateway.get(`${RECORDS}?fields=granted`, system, PURPOSE)).status === 200,
      'the grant',
    );
  });
  afterAll(() => gateway.stop());

  const refused = async (response: Response): Promise<Problem> => {
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return (await response.json()) as Problem;
  };
  const recordOf = async ({ decisionId }: Problem) => (await gateway.recordOf(decisionId)).record;

  describe('who writes any name into the Officer header', () => {
    it.each([
      ['of nobody', 'nobody'],
      ['of somebody of another department', 'of-mzt'],
      ['of somebody who left', 'gone'],
      ['of somebody who changed posts', 'moved'],
    ])('[R13.4] is refused with the name %s, and the name is on record as asserted', async (_whose, officer) => {
      const problem = await refused(await gateway.get(OPEN, system, { ...PURPOSE, officer }));
      expect(problem).toMatchObject({ status: 403, code: 'access.officer_unknown', about: [officer] });
      const { use, outcome } = await recordOf(problem);
      expect([outcome, use?.officerId, use?.officerAsserted]).toEqual(['refused', officer, true]);
    });

    it('[R13.4] gets through with a colleague’s name, on record as asserted by the system and not as that person’s own', async () => {
      const response = await gateway.get(OPEN, system, { ...PURPOSE, officer: 'li' });
      expect(response.status).toBe(200);
      const { record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
      expect(record.use).toMatchObject({ systemId: 'mzj-system', officerId: 'li', officerAsserted: true });
    });

    it('[R13.4] changes nothing with it under a token of their own', async () => {
      const own = await gateway.issuer.officer('li');
      const response = await gateway.get(OPEN, own, { ...PURPOSE, officer: 'of-mzt' });
      const { record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
      expect(record.use).toMatchObject({ systemId: null, officerId: 'li', officerAsserted: false });
    });
  });

  describe('with a matter number', () => {
    it('[R13.4] is refused without one where it is bound to a subject', async () => {
      const url = '/v1/resources/per-subject/records/A1';
      for (const headers of [PURPOSE, { ...PURPOSE, 'matter-number': '%20%20' }])
        expect(['access.matter_number_missing', 'access.header_invalid']).toContain(
          (await refused(await gateway.get(url, system, headers))).code,
        );
    });

    it('[R13.5] that is invented or used again leaves it in every record, beside what left under it', async () => {
      const url = '/v1/resources/per-subject/records';
      for (const key of ['A1', 'A2']) {
        const headers = { ...PURPOSE, 'matter-number': 'made-up-7' };
        const response = await gateway.get(`${url}/${key}`, system, headers);
        const { record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
        expect([record.use?.matterNumber, record.delivery]).toEqual(['made-up-7', 'h1']);
      }
    });
  });

  describe('who asks by filter, sort or key what was not given', () => {
    const beyond = { status: 403, code: 'access.items_beyond_grant' };
    it.each([
      ['a filter', '?fields=idNumber&filter[personName]=x', ['personName']],
      ['a filter by ranges', '?fields=idNumber&filter[regionCode][ge]=46', ['regionCode']],
      ['a sort', '?fields=idNumber&sort=-personName', ['personName']],
      [
        'a filter that asks whether there is a value',
        '?fields=granted&filter[personName][isNull]=true',
        ['personName'],
      ],
      ['the key in the path, which is a filter on it', '/A1?fields=idNumber', ['certNo']],
      ['the key in the path, whatever is granted', '/A1?fields=granted', ['certNo']],
    ])('[R12.7] is refused, naming the items: %s', async (_how, query, about) => {
      expect(await refused(await gateway.get(RECORDS + query, system, PURPOSE))).toMatchObject({ ...beyond, about });
    });

    it('[R12.7] is refused deep inside a filter in the body', async () => {
      const filter = {
        any: [
          {
            all: [
              { item: 'idNumber', op: 'eq', value: 'x' },
              { item: 'personName', op: 'prefix', value: '王' },
            ],
          },
        ],
      };
      const response = await gateway.post(`${RECORDS}:query`, system, { filter, fields: ['idNumber'] }, PURPOSE);
      expect(await refused(response)).toMatchObject({ ...beyond, about: ['personName'] });
    });

    it('[R12.7] touches its key by a keyed read, on record', async () => {
      const problem = await refused(await gateway.get(`${RECORDS}/A1?fields=idNumber`, system, PURPOSE));
      expect((await recordOf(problem)).use?.touchedItems).toEqual(['certNo']);
    });
  });

  describe('who asks for yes or no', () => {
    const verify = (key: object, values: object) =>
      gateway.post('/v1/resources/102000-000001/records:verify', system, { key, values }, PURPOSE);
    const grantedVerify = (key: object, values: object) =>
      gateway.post(`${RECORDS}:verify`, system, { key, values }, PURPOSE);

    it('[R12.7] is refused outside the grant: the key and what is compared are touched', async () => {
      expect(await refused(await grantedVerify({ certNo: 'A1' }, { personName: 'x' }))).toMatchObject({
        code: 'access.items_beyond_grant',
        about: ['certNo', 'personName'],
      });
    });

    it('[R14.7] needs the full key', async () => {
      const problem = await refused(await verify({ idNumber: '460100199001011234' }, { personName: 'x' }));
      expect(problem).toMatchObject({ status: 422, code: 'access.verify_key_incomplete', about: ['certNo'] });
      expect(await recordOf(problem)).toMatchObject({ outcome: 'refused', use: { action: 'verify' } });
    });

    it('[R14.7] can try one subject only so often, and others still', async () => {
      const answers: number[] = [];
      for (let n = 0; n < 5; n++) answers.push((await verify({ certNo: 'V1' }, { personName: `x${n}` })).status);
      expect(answers).toEqual([200, 200, 200, 429, 429]);
      expect((await verify({ certNo: 'V2' }, { personName: 'x' })).status).toBe(200);
      const response = await verify({ certNo: 'V1' }, { personName: 'y' });
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(60);
      const problem = await refused(response);
      expect(problem.code).toBe('access.verify_too_often');
      expect((await recordOf(problem)).reasons).toEqual([
        { code: 'access.verify_too_often', requirement: 'R14.7', article: 14 },
      ]);
    });

    it('[R13.4] leaves what was compared as shape and hashes, never the values', async () => {
      const response = await verify({ certNo: 'V3' }, { personName: '王小明' });
      const { record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
      expect(record.filter).toMatch(/^all\(certNo\.eq#[\w-]{16},personName\.eq#[\w-]{16}\)$/);
      expect(JSON.stringify(record)).not.toContain('王小明');
    });
  });

  describe('with a token that was copied', () => {
    it('[R13.1] is refused from an address that is not the system’s', async () => {
      const problem = await refused(await gateway.get(OPEN, await gateway.issuer.system('far-system'), PURPOSE));
      expect(problem).toMatchObject({ status: 403, code: 'access.address_not_registered', about: ['address'] });
      expect((await recordOf(problem)).use?.address).toBe('127.0.0.1');
    });

    it('[R13.1] is refused on a connection without the certificate it is bound to, at every door', async () => {
      const bound = await gateway.issuer.system('mzj-system', { claims: { cnf: { 'x5t#S256': 'thumbprint' } } });
      for (const path of [OPEN, '/v1/grants'])
        expect(await refused(await gateway.get(path, bound, PURPOSE))).toMatchObject({
          status: 401,
          code: 'token.invalid',
        });
    });

    it('[R13.1] believes no address and no certificate of a header', async () => {
      const forged = {
        ...PURPOSE,
        'x-forwarded-for': '10.9.1.1',
        forwarded: 'for=10.9.1.1',
        'x-real-ip': '10.9.1.1',
        'x-client-cert': 'thumbprint',
      };
      const response = await gateway.get(OPEN, await gateway.issuer.system('far-system'), forged);
      expect(await refused(response)).toMatchObject({ code: 'access.address_not_registered' });
    });
  });

  it('[R13.2] who runs a vendor’s system as the department’s own is refused until the authority has attested it', async () => {
    const claimed = await gateway.get(OPEN, await gateway.issuer.system('claimed-system'), PURPOSE);
    expect(await refused(claimed)).toMatchObject({ code: 'access.owner_not_attested' });
    const vendor = await gateway.get(OPEN, await gateway.issuer.system('vendor-system'), PURPOSE);
    expect(await refused(vendor)).toMatchObject({ code: 'access.onward_transfer_needed' });
  });

  it('[R13.6] who reads what a third department derived from a resource needs that one’s permission too', async () => {
    const response = await gateway.get('/v1/resources/derived/records?fields=personName', system, PURPOSE);
    expect(await refused(response)).toMatchObject({ code: 'access.onward_transfer_needed', about: ['203000-000001'] });
  });

  it('[R13.6] who re-provides what was obtained without saying so has every delivery that was obtained on record', async () => {
    const response = await gateway.get(`${RECORDS}?fields=granted`, system, PURPOSE);
    const { record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
    expect(record).toMatchObject({
      outcome: 'released',
      providerId: 'mzt',
      grantId: 'g-items',
      delivery: 'h1',
      use: { departmentId: 'mzj', resourceId: '203000-000001' },
    });
  });

  it('[R12.7] reads no further page after the revocation, whatever cursor is held', async () => {
    const next = () => gateway.get(`${RECORDS}?fields=granted&cursor=held-from-before`, system, PURPOSE);
    expect((await next()).status).toBe(200);
    const backlog = () =>
      gateway.get('/v1/resources/203000-000001/changes?fields=granted&cursor=held', system, PURPOSE);
    expect((await backlog()).status).toBe(200);
    await gateway.publisher.publish(
      'policy.grants',
      aGrant({ id: 'g-items', version: 2, status: 'REVOKED', ground: 'MISUSE', actions: ['query', 'batch', 'verify'] }),
    );
    await until(async () => (await next()).status === 403, 'the revocation');
    expect(await refused(await next())).toMatchObject({ code: 'access.grant_not_active', about: ['g-items'] });
    expect(await refused(await backlog())).toMatchObject({ code: 'access.grant_not_active', about: ['g-items'] });
    const stream = await gateway.get(`${RECORDS}?fields=granted`, system, {
      ...PURPOSE,
      accept: 'application/x-ndjson',
    });
    expect(await refused(stream)).toMatchObject({ code: 'access.grant_not_active' });
  });
});
