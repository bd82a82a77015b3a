import type { Principal } from '@qiongtong/contracts';
import { ConfigurationError, FixedClock, loadConfig } from '@qiongtong/platform';
import { ClocksService } from '../src/applications/clocks.service';
import { AuthorisationConfig } from '../src/config';
import { chosenRules, KEY_OF } from '../src/rule-choices';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admit, aDepartment, aResource, aSharingAsk, officer, reviewer, submitter, system } from './world';

const EVERYBODY: readonly Principal[] = [
  submitter('ybj'),
  officer('zx', 'ops', 'PLATFORM_OPERATOR'),
  officer('sjt', 'sun', 'AUDITOR'),
  system('ybj', 'ybj-system'),
];
type Rule = Readonly<{ rule: string; value: unknown; choice: { chosen: unknown } | null }>;

describe('the rules', () => {
  const clock = new FixedClock('2025-07-01T01:00:00Z');
  let service: RunningAuthorisation;

  beforeAll(async () => {
    service = await startAuthorisation({
      clock,
      env: { CONSENT_WITHIN_REPLY_TIME: 'true', AUTHORITY_CONSENT_WORKING_DAYS: '3', SUPPLEMENT_PAUSES: 'false' },
    });
    // The units of the test world are in office from 2026 on; each test then has a day of its own.
    clock.set('2026-01-05T01:00:00Z');
    for (const id of ['mzt', 'ybj']) await aDepartment(service, id);
    await service.resources(aResource());
    await admit(service, 'ybj');
  });
  afterAll(() => service?.close());

  const read = (path: string, by = submitter('ybj')) => service.call('GET', path, by);
  const applying = async (over: object = {}): Promise<string> => {
    const body = aSharingAsk({ period: { from: '2025-08-01', until: '2027-01-01' }, ...over });
    return String((await service.done('POST', '/v1/sharing-applications', submitter('ybj'), { body }))['id']);
  };
  const review = (id: string, what: string, body: object) =>
    service.call('POST', `/v1/sharing-applications/${id}/${what}`, reviewer('mzt'), { body });
  const seen = (id: string) => service.done('GET', `/v1/sharing-applications/${id}`, reviewer('mzt'));

  it('[R23.1] are kept by what began under them when a later pack comes into force', async () => {
    clock.set('2025-07-31T15:59:00Z');
    const before = await applying();
    clock.set('2025-07-31T16:00:00Z');
    const after = await applying();
    expect([(await seen(before))['rulePack'], (await seen(after))['rulePack']]).toEqual([
      'HN-2014-176@1',
      'HN-2014-176@1+CN-2025-809@1',
    ]);
    clock.set('2025-08-04T01:00:00Z');
    const more = { workingDays: 5, reason: '涉及多个业务系统' };
    expect((await review(before, 'extension', more)).body['code']).toBe('application.extension_not_provided_for');
    expect((await review(after, 'extension', more)).status).toBe(200);
    const given: unknown[] = [];
    for (const id of [before, after]) {
      const { body } = await review(id, 'consent', { matterNumber: 'required' });
      const { provide, grantId } = body['decision'] as { provide: { workingDays: number } | null; grantId: string };
      const grant = await service.done('GET', `/v1/grants/${grantId}`, reviewer('mzt'));
      given.push([provide?.workingDays ?? null, grant['rulePack']]);
    }
    expect(given).toEqual([
      [null, 'HN-2014-176@1'],
      [20, 'HN-2014-176@1+CN-2025-809@1'],
    ]);
  });

  it('[R12.8] are read here as the deployment says: a supplement does not pause, and consent falls inside the time', async () => {
    clock.set('2025-09-01T01:00:00Z');
    const [asked, refused] = [await applying(), await applying()];
    const { body } = await review(asked, 'supplement-request', { missing: [{ field: 'dutyBasis', what: '依据' }] });
    expect(body).toMatchObject({ clock: { pause: null, dueAt: '2025-09-15T15:59:59.999Z' } });
    const basis = {
      law: '中华人民共和国个人信息保护法',
      article: '第六条',
      quotation: '处理个人信息应当具有明确、合理的目的',
    };
    await review(refused, 'refusal', { statutoryBasis: [basis], narrative: '超出最小必要范围' });
    const { caseId } = (await seen(refused))['proposal'] as { caseId: string };
    expect(await service.done('GET', `/v1/consent-cases/${caseId}`, reviewer('mzt'))).toMatchObject({
      workingDays: 3,
      dueAt: '2025-09-04T15:59:59.999Z',
    });
    clock.set('2025-09-16T01:00:00Z');
    await service.app.get(ClocksService).runDue(clock.now());
    const facts = (await service.factsOf(refused, 4)).map(({ type }) => type.replace(/^.*application-|\.v1$/g, ''));
    expect(facts).toEqual(['submitted', 'refusal-proposed', 'consent-awaited', 'overdue']);
    expect(await seen(refused)).toMatchObject({ status: 'REFUSAL_PROPOSED', overdue: true, decision: null });
    const late = await service.everyPage('/v1/sharing-applications?limit=50&overdue=true', reviewer('mzt'));
    expect(late.map(({ id }) => id)).toContain(refused);
  });

  it('[R1.1] [R23.1] are open to everybody, with what was chosen where the law leaves it open', async () => {
    for (const by of EVERYBODY) {
      const packs = await service.everyPage('/v1/rule-packs?limit=1', by);
      expect(packs.map(({ id, kind, from, inForce }) => [id, kind, from, inForce])).toEqual([
        ['HN-2014-176@1', 'BASE', '2014-12-19', true],
        ['CN-2025-809@1', 'OVERLAY', '2025-08-01', true],
      ]);
    }
    const { body } = await read('/v1/rule-packs/HN-2014-176@1');
    const rules = new Map((body['rules'] as Rule[]).map((one) => [one.rule, one]));
    expect(rules.get('supplementPauses')).toMatchObject({
      value: true,
      unit: 'YES_OR_NO',
      article: 12,
      precedence: 'base',
      requirement: 'R12.8',
      choice: { open: { readings: [true, false] }, chosen: false },
    });
    expect(rules.get('authorityConsentWorkingDays')!.choice).toEqual({ open: { from: 1, to: 60 }, chosen: 3 });
    expect(rules.get('replyWorkingDays')).toMatchObject({ value: 10, unit: 'WORKING_DAYS', choice: null });
    const { body: later } = await read('/v1/rule-packs/CN-2025-809@1');
    expect(later).toMatchObject({ binds: ['ADMINISTRATIVE', 'PUBLIC_INSTITUTION_REF_CIVIL_SERVICE'], until: null });
    expect(later['rules']).toContainEqual(
      expect.objectContaining({ rule: 'replyExtensionWorkingDays', value: 10, article: 21, precedence: 'replaces' }),
    );
    expect((await read('/v1/rule-packs/HN-2014-176@2')).body['code']).toBe('request.not_found');
  });

  it('[R23.1] joined, say for a type of body on a day what binds it and where that stands', async () => {
    const inForce = async (query: string) => {
      const { status, body } = await read(`/v1/rules-in-force?${query}`);
      const rules = new Map((body['rules'] as Rule[] | undefined)?.map((one) => [one.rule, one]));
      return { status, body, rule: (name: string) => rules.get(name) };
    };
    const now = await inForce('organisationType=ADMINISTRATIVE');
    expect(now.body).toMatchObject({ reference: 'HN-2014-176@1+CN-2025-809@1', on: clock.now().toISOString() });
    expect(now.rule('provideWithinWorkingDays')).toMatchObject({
      value: 20,
      origin: { pack: 'CN-2025-809@1', article: 22 },
    });
    expect(now.rule('unconditionalReplyWorkingDays')).toMatchObject({ value: 0, origin: { pack: 'HN-2014-176@1' } });
    expect(now.rule('supplementPauses')).toMatchObject({ value: false, origin: { chosen: true } });
    const before = await inForce('organisationType=ADMINISTRATIVE&on=2025-07-31');
    expect([before.body['reference'], before.rule('provideWithinWorkingDays')!.value]).toEqual(['HN-2014-176@1', null]);
    const court = await inForce('organisationType=JUDICIAL&on=2026-03-02');
    expect([court.body['reference'], court.rule('recordYears')!.value]).toEqual(['HN-2014-176@1', null]);
    expect((await inForce('organisationType=JUDICIAL&on=2014-12-18')).body['code']).toBe('rules.none_in_force');
    for (const bad of ['', 'organisationType=COMPANY', 'organisationType=PARTY&on=soon', 'organisationType=PARTY&x=1'])
      expect([bad, (await inForce(bad)).status]).toEqual([bad, 400]);
  });
});

describe('the choice among lawful readings', () => {
  const REQUIRED = {
    DATABASE_URL: 'postgres://localhost/x',
    KAFKA_BROKERS: 'localhost:9',
    OIDC_ISSUER: 'http://localhost:9',
    OIDC_AUDIENCE: 'qiongtong',
    HOP_KEYS_DIR: '/tmp',
    PORT: '0',
    METRICS_PORT: '0',
  };
  const load = (env: Record<string, string>) => loadConfig(AuthorisationConfig, { ...REQUIRED, ...env });

  it('is the platform’s own where nothing is said', () => {
    expect(chosenRules(load({}))).toMatchObject({
      refusalAuthority: 'PROVIDER_LEVEL',
      supplementPauses: true,
      consentWithinReplyTime: false,
      authorityConsentWorkingDays: 5,
    });
    expect(chosenRules(load({ SUPPLEMENT_PAUSES: 'false', REFUSAL_AUTHORITY: 'PROVINCIAL' }))).toMatchObject({
      refusalAuthority: 'PROVINCIAL',
      supplementPauses: false,
    });
  });

  it.each(Object.values(KEY_OF))('[R23.1] stops the boot when %s is none of them, and names the key alone', (key) => {
    for (const wrong of ['CONSENTS', '-1', '1.5', '9999', 'TRUE']) {
      let error: unknown;
      try {
        load({ [key]: wrong });
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).keys).toEqual([key]);
      expect((error as ConfigurationError).message).not.toContain(wrong);
    }
  });
});
