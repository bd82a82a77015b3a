import { aFact } from './facts';
import { anOfficer, auditor, RunningAudit } from './running-audit';

const PROVIDER = 'hk-mzj';
const HOLDER = 'hk-ybj';
const RECIPIENT = 'hk-wjw';
const subject = { parentId: null, resourceId: '203000-000001', providerId: PROVIDER, holderId: HOLDER };
const passedOn = { ...subject, parentId: 'g-1', holderId: RECIPIENT };
const numbers = new Map<string, number>();
const said = (topic: string, type: string, key: string, content: object) => {
  const n = (numbers.get(topic) ?? 0) + 1;
  numbers.set(topic, n);
  return aFact({ n, topic, type, key, content });
};
const aGrantFact = (name: string, grantId: string, data: object) =>
  said('facts.authorisation', `authorisation.${name}.v1`, grantId, { grantId, by: 'li', revision: 1, ...data });
const anAccess = (id: number, grantId: string, departmentId: string, rows = 1) =>
  said('facts.access', 'access.released.v1', `d-${id}`, {
    ...{ decisionId: `d-${id}`, outcome: 'released', grantId, rows, providerId: PROVIDER, effect: 'permit' },
    use: {
      ...{ departmentId, systemId: `${departmentId}-system`, officerId: 'zhao', officerAsserted: true },
      ...{ resourceId: '203000-000001', action: 'query', items: ['certNo'], purpose: 'p', matterNumber: 'm' },
    },
  });

const MESSAGES = [
  said('facts.authorisation', 'authorisation.officer-registered.v1', 'zhao', {
    ...{ officerId: 'zhao', by: 'wang', revision: 1 },
    appointments: [{ organisationId: HOLDER, roles: ['SUBMITTER'], from: '2026-01-01', until: null, deputyFor: null }],
  }),
  aGrantFact('grant-issued', 'g-1', { ...subject, origin: { kind: 'sharing-application', id: 'a-1' } }),
  said('facts.authorisation', 'authorisation.onward-transfer-requested.v1', 't-1', {
    ...{ ...subject, parentId: undefined, transferId: 't-1', parentGrantId: 'g-1', recipientId: RECIPIENT },
    ...{ by: 'zhao', revision: 1, rulePack: 'r' },
  }),
  said('facts.authorisation', 'authorisation.onward-transfer-authorised.v1', 't-1', {
    ...{ ...subject, parentId: undefined, transferId: 't-1', parentGrantId: 'g-1', recipientId: RECIPIENT },
    ...{ by: 'li', revision: 2, grantId: 'g-2' },
  }),
  aGrantFact('grant-issued', 'g-2', { ...passedOn, origin: { kind: 'onward-transfer', id: 't-1' } }),
  ...Array.from({ length: 30 }, (_, i) => anAccess(i, 'g-1', HOLDER, 2)),
  ...Array.from({ length: 7 }, (_, i) => anAccess(100 + i, 'g-2', RECIPIENT)),
  said('facts.exchange', 'exchange.export-asked.v1', 'x-1', {
    ...{ exportId: 'x-1', resourceId: '203000-000001', providerId: PROVIDER, decisionId: 'd-x', grantId: 'g-1' },
    ...{ kind: 'EXPORT', format: 'CSV', callbackHost: null },
    use: { departmentId: HOLDER, systemId: 's', officerId: null, resourceId: '203000-000001', action: 'download', items: ['certNo'] }, // prettier-ignore
  }),
  said('facts.exchange', 'exchange.export-completed.v1', 'x-1', {
    ...{ exportId: 'x-1', resourceId: '203000-000001', providerId: PROVIDER, departmentId: HOLDER, decisionId: 'd-x' },
    ...{ grantId: 'g-1', deliveryId: 'l-1', rows: 500, bytes: 1, digest: '', markedValues: 0 },
  }),
  aGrantFact('grant-suspended', 'g-1', { ...subject, ground: 'MISUSE', until: '2027-01-01', statutoryBasis: [], emergency: false }), // prettier-ignore
  aGrantFact('grant-amended', 'g-2', { ...passedOn, ground: 'MISUSE', narrowed: ['items'], becauseOf: 'g-1' }),
  aGrantFact('grant-passed', 'g-2', { ...passedOn, holderId: 'hk-tyj', former: { holderId: RECIPIENT }, changeId: 'c-1', narrowed: [], suspended: false }), // prettier-ignore
  aGrantFact('grant-issued', 'g-9', { ...subject, providerId: 'hk-gaj', holderId: 'hk-gaj', origin: { kind: 'sharing-application', id: 'a-9' } }), // prettier-ignore
];

type Grant = Readonly<{
  grantId: string;
  generation: number;
  status: string;
  holderId: string;
  acts: { type: string; by: string; told: Record<string, unknown> }[];
  uses: { type: string; action: string; outcome: string; uses: number; rows: number }[] | null;
}>;
type Chain = Readonly<{ items: Grant[]; complete: boolean; code?: string }>;
type Uses = Readonly<{
  items: { entry: number; decisionId: string; outcome: string }[];
  next: string | null;
  code?: string;
}>;
type Touched = Readonly<{
  items: { entry: number; type: string; kind: string; how: string; about: string }[];
  next: string | null;
  code?: string;
}>;

describe('traces of grants and officers [R14.9]', () => {
  let audit: RunningAudit;
  beforeAll(async () => {
    audit = await RunningAudit.create();
    await audit.produce(MESSAGES);
    await audit.until(`SELECT 1 FROM log_follower WHERE name = 'terms' AND next_index >= ${MESSAGES.length}`, 1);
  });
  afterAll(() => audit.close(), 30_000);

  const chain = async (grantId: string, by = auditor) =>
    (await audit.get(`/v1/traces/grants/${grantId}`, by)).json<Chain>();
  const uses = async (grantId: string, query = '', by = auditor): Promise<Uses> => {
    const items: Uses['items'] = [];
    for (let cursor = ''; ;) {
      const target = `/v1/traces/grants/${grantId}/uses?limit=5${query}${cursor}`;
      const page = (await audit.get(target, by)).json<Uses>();
      if (page.code !== undefined) return page;
      items.push(...page.items);
      if (page.next === null) return { ...page, items };
      cursor = `&cursor=${page.next}`;
    }
  };
  const touched = async (officerId: string, by = auditor): Promise<Touched> => {
    const items: Touched['items'] = [];
    for (let cursor = ''; ;) {
      const page = (await audit.get(`/v1/traces/officers/${officerId}?limit=7${cursor}`, by)).json<Touched>();
      if (page.code !== undefined) return page;
      items.push(...page.items);
      if (page.next === null) return { ...page, items };
      cursor = `&cursor=${page.next}`;
    }
  };
  const reviewer = (departmentId: string) => anOfficer(departmentId, 'REVIEWER');
  const names = ({ acts }: Grant) => acts.map(({ type }) => type.replace(/^authorisation\.(.*)\.v1$/, '$1'));

  it('[R13.2] tell from either end what a grant came of, what was passed on, and what became of each', async () => {
    const { items, complete } = await chain('g-1');
    expect(complete).toBe(true);
    expect(items).toMatchObject([
      { grantId: 'g-1', parentId: null, generation: 0, status: 'SUSPENDED', providerId: PROVIDER, holderId: HOLDER },
      { grantId: 'g-2', parentId: 'g-1', generation: 1, status: 'ACTIVE', holderId: 'hk-tyj' },
    ]);
    expect(names(items[0]!)).toEqual(['grant-issued', 'onward-transfer-requested', 'onward-transfer-authorised', 'grant-suspended']); // prettier-ignore
    expect(names(items[1]!)).toEqual(['grant-issued', 'grant-amended', 'grant-passed']);
    expect(items[0]!.acts.at(-1)).toMatchObject({ by: 'li', told: { ground: 'MISUSE', until: '2027-01-01' } });
    expect(items[1]!.acts.at(-1)!.told).toMatchObject({ former: { holderId: RECIPIENT } });
    const fromBelow = await chain('g-2');
    expect(fromBelow.items.map(({ grantId, generation }) => [grantId, generation])).toEqual([['g-1', -1], ['g-2', 0]]); // prettier-ignore
  });

  it('count what left under each, and give every use page by page', async () => {
    const [first, second] = (await chain('g-1')).items;
    expect(first!.uses).toMatchObject([
      { type: 'access.released.v1', action: 'query', outcome: 'released', uses: 30, rows: 60 },
      { type: 'exchange.export-asked.v1', action: 'download', outcome: 'asked', uses: 1, rows: 0 },
      { type: 'exchange.export-completed.v1', action: 'download', outcome: 'prepared', uses: 1, rows: 500 },
    ]);
    expect(second!.uses).toMatchObject([{ uses: 7, rows: 7 }]);
    const { items } = await uses('g-1');
    expect(items).toHaveLength(39);
    expect(items.map(({ entry }) => entry)).toEqual(items.map(({ entry }) => entry).toSorted((a, b) => a - b));
    expect((await uses('g-1', '&of=GRANT')).items).toHaveLength(32);
    expect((await uses('g-1', '&until=2020-01-01T00:00:00Z')).items).toEqual([]);
  });

  it('[R14.7] show all to the provider, its own to a holder, and to others not even that there is one', async () => {
    expect((await chain('g-2', reviewer(PROVIDER))).items).toHaveLength(2);
    const held = await chain('g-1', reviewer(HOLDER));
    expect(held.items.map(({ grantId, uses: of }) => [grantId, of === null])).toEqual([
      ['g-1', false],
      ['g-2', true],
    ]);
    expect((await uses('g-1', '', reviewer(HOLDER))).items).toHaveLength(32);
    // Who got it by transfer does not learn what it came of; who had it before, and who has it now, both know it.
    for (const department of [RECIPIENT, 'hk-tyj'])
      expect((await chain('g-2', reviewer(department))).items.map(({ grantId }) => grantId)).toEqual(['g-2']);
    for (const grantId of ['g-1', 'g-9', 'g-none']) {
      const answer = await audit.get(`/v1/traces/grants/${grantId}`, reviewer(RECIPIENT));
      expect([answer.status, answer.json<Chain>().code]).toEqual([404, 'audit.grant_unknown']);
    }
    expect(await chain('g-1', anOfficer(PROVIDER, 'SUBMITTER'))).toMatchObject({ code: 'access.role_required' });
  });

  it('[R21.1] tell everything an officer touched, and who did it in whose name', async () => {
    const { items } = await touched('zhao');
    expect(items).toHaveLength(39);
    // Of different topics whichever came first was sealed first.
    const [own, uses] = [items.filter(({ kind }) => kind !== 'USE'), items.filter(({ kind }) => kind === 'USE')];
    expect(own[0]).toMatchObject({ how: 'named', type: 'authorisation.officer-registered.v1' });
    expect(own[1]).toMatchObject({ how: 'did', kind: 'APPLICATION', about: 't-1' });
    expect(new Set(uses.map(({ how }) => how))).toEqual(new Set(['asserted']));
    const decided = (await touched('li')).items;
    expect(decided.map(({ how, kind }) => `${how} ${kind}`)).toContain('did DECISION');
    expect(await touched('nobody')).toMatchObject({ items: [], next: null });
  });

  it('[R14.7] tell of an officer only who reads the whole log, and who answers for the officer', async () => {
    const responsible = (departmentId: string) => anOfficer(departmentId, 'RESPONSIBLE_OFFICER');
    // What the officer did at another department is that one's: it does not concern the one that asks.
    expect((await touched('zhao', responsible(HOLDER))).items).toHaveLength(32);
    expect(await touched('zhao', responsible(RECIPIENT))).toMatchObject({ code: 'audit.officer_not_yours' });
    expect(await touched('zhao', reviewer(HOLDER))).toMatchObject({ code: 'access.role_required' });
  });

  it('[R21.1] are themselves in the log', async () => {
    const who = anOfficer('sjt', 'AUDITOR');
    await chain('g-1', who);
    await touched('zhao', who);
    const asked = (what: string) =>
      `SELECT 1 FROM log_entry WHERE type = 'audit.log-read.v1' AND entry LIKE '%${what}%'`;
    await audit.until(asked('"grantId":"g-1"'), 1);
    await audit.until(asked('"officerId":"zhao"'), 1);
  });

  it.each([
    'grants/g-1/uses?limit=0',
    'grants/g-1/uses?of=ALL',
    'officers/zhao?from=yesterday',
    'officers/zhao?cursor=x',
  ])('refuse %s, which is no question', async (target) => {
    expect((await audit.get(`/v1/traces/${target}`, auditor)).status).toBe(400);
  });
});
