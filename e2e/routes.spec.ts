import { randomUUID } from 'node:crypto';
import { HOP_HEADER, type Principal, type Role } from '@qiongtong/contracts';
import { HopTokens } from '@qiongtong/platform';
import { ADMINISTRATOR, officerOf, responsibleOf, reviewerOf, submitterOf, systemOf, type DepartmentId } from './province/bodies'; // prettier-ignore
import { answerOf, Province, type Answer } from './province/province';
import { AUDIT } from './routes/audit';
import { AUTHORISATION } from './routes/authorisation';
import { CATALOGUE } from './routes/catalogue';
import { documentOf, gapsOf, routesOf, type DocumentName } from './routes/documents';
import { EXCHANGE } from './routes/exchange';
import { GATEWAY, USES } from './routes/gateway';
import type { Answered, RouteCase, RouteTable } from './routes/route-case';
import { makeThings, type Thing, type ThingName } from './routes/things';

jest.setTimeout(240_000);

const BEHIND = { authorisation: AUTHORISATION, catalogue: CATALOGUE, exchange: EXCHANGE, audit: AUDIT } as const;
type Service = keyof typeof BEHIND;
const SERVICES = Object.keys(BEHIND) as Service[];
const TABLES: readonly (readonly [DocumentName, RouteTable])[] = [...Object.entries(BEHIND), ['gateway', GATEWAY]] as [
  DocumentName,
  RouteTable,
][];
const POSTS = ['SUBMITTER', 'REVIEWER', 'RESPONSIBLE_OFFICER'] as const satisfies readonly Role[];
/** An officer or a system for each role, who has no other. */
const HOLDERS: Readonly<Record<Role, string>> = {
  PROVINCIAL_AUTHORITY: ADMINISTRATOR,
  LOCAL_AUTHORITY: officerOf('hk-gxj'),
  LEADING_GROUP: officerOf('ldxz'),
  PLATFORM_OPERATOR: officerOf('yyzx'),
  AUDITOR: officerOf('sjt'),
  RESPONSIBLE_OFFICER: responsibleOf('wjw'),
  REVIEWER: reviewerOf('wjw'),
  SUBMITTER: submitterOf('wjw'),
  SYSTEM: systemOf('wjw'),
};

const all = TABLES.flatMap(([name, table]) =>
  Object.entries(table).map(([route, one]) => ({ name, route, one: one as RouteCase })),
);
const isPublic = ({ admits }: RouteCase): boolean => typeof admits === 'object' && 'public' in admits;
const admitted = ({ admits }: RouteCase): readonly Role[] | null =>
  Array.isArray(admits) ? (admits as readonly Role[]) : null;

describe('the tables of routes', () => {
  it.each(TABLES)('have a case for every route that %s documents, and for no other', (name, table) => {
    // What a service documents has its case there.
    const elsewhere = name === 'gateway' ? SERVICES.flatMap((service) => routesOf(documentOf(service))) : [];
    expect(gapsOf(name, documentOf(name), table, elsewhere)).toEqual([]);
  });

  it('say of a route without a case what to add and where', () => {
    const paths = {
      '/v1/things/{id}/end': {
        post: {
          parameters: [
            { name: 'id', in: 'path', required: true },
            { name: 'If-Match', in: 'header', required: true },
          ],
          requestBody: {},
        },
      },
    };
    const [said, gone] = gapsOf('catalogue', { paths }, { 'GET /v1/gone': AUDIT['GET /v1/audit/key']! });
    expect(said).toMatch(/POST \/v1\/things\/\{id\}\/end, and e2e\/routes\/catalogue\.ts has no case of it/);
    expect(said).toMatch(/thing: .* with id\n.*body: .*\n.*ifMatch: true/);
    expect(gone).toMatch(/e2e\/routes\/catalogue\.ts has a case of GET \/v1\/gone/);
  });
});

describe('every route', () => {
  let province: Province;
  let things: Readonly<Record<ThingName, Thing>>;
  let hops: HopTokens;
  beforeAll(async () => {
    province = await Province.start({
      name: 'routes',
      clock: '2026-03-02T09:00:00+08:00',
      env: {
        gateway: { UNAUTHENTICATED_PER_MINUTE: '100000' },
        authorisation: { MISUSE_BEYOND_SCOPE: '1' },
        exchange: { WEBHOOK_NODES: 'node.gov.example' },
      },
    });
    things = await makeThings(province);
    hops = new HopTokens(province.platform.hopKeysDir, 'gateway', province.clock);
    // Everybody is known at the gateway before anybody is refused there.
    for (const id of Object.values(HOLDERS))
      await province.eventually(`${id} known`, async () => {
        const token = id.endsWith('-system') ? await province.system(id) : await province.officer(id);
        return (await province.call(token, 'GET', '/v1/organisations?limit=1')).status === 200;
      });
  });
  afterAll(() => province?.stop());

  const thingOf = ({ thing }: RouteCase) => (thing ? things[thing] : null);
  /** The request of a case about these ids. */
  const requestOf = (route: string, one: RouteCase, ids: readonly string[]) => {
    const [method, path] = route.split(' ') as [string, string];
    const left = [...ids];
    const target = (path + (one.query ?? '')).replaceAll(/\{[^}]+\}/g, () => left.shift() ?? 'nobodys');
    const body = typeof one.body === 'function' ? one.body(ids) : one.body;
    const headers = {
      ...(one.ifMatch ? { 'if-match': '"1"' } : {}),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    };
    return { method, target, body, headers };
  };
  type Asked = ReturnType<typeof requestOf>;

  const outside = (token: string | null, { method, target, body, headers }: Asked): Promise<Answer> =>
    province.call(token, method, target, { body, headers });
  /** At the service itself, as if the gateway had let it through. */
  const inside = async (name: DocumentName, by: Principal | null, asked: Asked): Promise<Answer> => {
    const { method, target, body, headers } = asked;
    if (name === 'gateway') {
      const token = by && (by.systemId ? await province.system(by.systemId) : await province.officer(by.officerId!));
      return outside(token, asked);
    }
    const response = await fetch(province.platform.urls[name] + target, {
      method,
      headers: {
        'accept-language': 'en',
        ...headers,
        ...(by === null ? {} : { [HOP_HEADER]: hops.issue(name as Service, method, target, by) }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answerOf(response);
  };

  const officer = (departmentId: string, officerId: string, roles: readonly Role[], regionCode = '460000') =>
    ({ kind: 'officer', officerId, systemId: null, departmentId, regionCode, roles, tokenId: 'test' }) as Principal;
  const inPost = (department: DepartmentId, ...roles: readonly Role[]): Principal =>
    officer(department, `${department}-in-another-post`, roles);
  const systemPrincipal = (departmentId: string): Principal => ({
    ...officer(departmentId, '', ['SYSTEM']),
    ...{ kind: 'system', officerId: null, systemId: systemOf(departmentId) },
  });
  /** At the gateway itself people come with their tokens: who holds every post is nobody there. */
  const stranger = (name: DocumentName) =>
    officer('wjw', name === 'gateway' ? reviewerOf('wjw') : 'wjw-everything', POSTS);
  const foreign = (name: DocumentName) =>
    officer('hk-gxj', name === 'gateway' ? officerOf('hk-gxj') : 'hk-everything', ['LOCAL_AUTHORITY', ...POSTS], '460100'); // prettier-ignore

  const codeOf = ({ status, body }: Answer): string => String(body['code'] ?? status);
  /** All that is seen of an answer but the ids asked about and of the request. */
  const seen = ({ status, body }: Answer, ids: readonly string[]) =>
    ids.reduce(
      (text, id) => text.replaceAll(id, '·'),
      JSON.stringify({ status, ...body, traceId: '', decisionId: '' }),
    );

  /** What this caller is answered, in the words of the tables. */
  async function answered(
    expected: Answered,
    name: DocumentName,
    route: string,
    one: RouteCase,
    by: Principal,
  ): Promise<unknown> {
    if (typeof expected === 'object' && !route.startsWith('GET')) return expected;
    const thing = thingOf(one);
    const ids = thing?.ids ?? [];
    const answer = await inside(name, by, requestOf(route, one, ids));
    if (typeof expected === 'object') return answer.status === 200 ? expected : codeOf(answer);
    if (expected === 'not listed') {
      if (answer.status !== 200) return codeOf(answer);
      return answer.text.includes(ids[0]!) ? `listed: ${answer.text.slice(0, 300)}` : expected;
    }
    if (expected !== 'as unknown') return codeOf(answer);
    const unknown = await inside(name, by, requestOf(route, one, thing!.unknown));
    if (answer.status !== 404) return codeOf(answer);
    const [about, aboutUnknown] = [seen(answer, ids), seen(unknown, thing!.unknown)];
    return about === aboutUnknown ? expected : { about, aboutUnknown };
  }

  describe('at the gateway', () => {
    it.each(all)('$route: refuses who shows no token', async ({ route, one }) => {
      const answer = await outside(null, requestOf(route, one, thingOf(one)?.ids ?? []));
      if (isPublic(one)) expect(answer.status).toBe(200);
      else expect([answer.status, codeOf(answer)]).toEqual([401, 'token.missing']);
    });

    it.each(all.filter(({ one }) => !isPublic(one)))(
      '[R14.7] $route: refuses who is not registered, and whose role it is not for',
      async ({ route, one }) => {
        const asked = requestOf(route, one, thingOf(one)?.ids ?? []);
        expect(codeOf(await outside(await province.officer('nobody-known'), asked))).toBe('access.caller_unknown');
        const may = admitted(one);
        if (!may) return;
        const others = (Object.keys(HOLDERS) as Role[]).filter((role) => !may.includes(role));
        const answers = await Promise.all(
          others.map(async (role) => {
            const token =
              role === 'SYSTEM' ? await province.system(HOLDERS[role]) : await province.officer(HOLDERS[role]);
            const { status, body } = await outside(token, asked);
            return [role, status, body['code']];
          }),
        );
        expect(answers).toEqual(others.map((role) => [role, 403, 'access.role_required']));
      },
    );

    it.each(Object.entries(USES))('[R12.7] %s: is decided, and refused to whose it is not', async (route, code) => {
      const one = EXCHANGE[route]!;
      const asked = requestOf(route, one, thingOf(one)!.ids);
      const headers = { ...asked.headers, purpose: 'health.register' };
      const { status, body } = await outside(await province.system(systemOf('wjw')), { ...asked, headers });
      expect([status, body['code']]).toEqual([403, code]);
    });
  });

  describe('at its service', () => {
    it.each(all.filter(({ name }) => name !== 'gateway'))(
      '[R14.7] $route: refuses who passes by the gateway',
      async ({ name, route, one }) => {
        // prettier-ignore
        const answer = await inside(name, null, requestOf(route, one, thingOf(one)?.ids ?? []));
        if (isPublic(one)) expect(answer.status).toBe(200);
        else expect([answer.status, codeOf(answer)]).toEqual([401, 'hop.invalid']);
      },
    );

    it.each(all.filter(({ name, one }) => name !== 'gateway' && !isPublic(one)))(
      '[R14.7] $route: refuses the party’s own in another post',
      async ({ name, route, one }) => {
        const asked = requestOf(route, one, thingOf(one)?.ids ?? []);
        const party = one.by ?? thingOf(one)?.parties[0] ?? 'ybj';
        const may = admitted(one);
        const others = [
          ...POSTS.filter((role) => !may?.includes(role)).map((role) => inPost(party, role)),
          ...(may?.includes('SYSTEM') ? [] : [systemPrincipal(party)]),
        ];
        const answers = await Promise.all(others.map((by) => inside(name, by, asked)));
        const codes = answers.map((answer, i) => [others[i]!.roles[0], codeOf(answer)]);
        const refused = one.wrongRole ?? 'access.role_required';
        if (may) expect(codes).toEqual(others.map(({ roles }) => [roles[0], refused]));
        else if (one.wrongRole) expect(new Set(codes.map(([, code]) => code))).toEqual(new Set([refused]));
        // What anyone may, one of its own certainly may: or what is refused to others below would prove nothing.
        else expect(codes.map(([, code]) => code)).toContain('200');
      },
    );

    it.each(all)(
      '[R14.7] [R4.1] $route: keeps it from another department, another region and the other party',
      async ({ name, route, one }) => {
        const thing = thingOf(one);
        if (one.otherDepartment === 'not listed') {
          const party = one.by ?? thing!.parties[0]!;
          const own = await inside(name, officer(party, 'party', POSTS), requestOf(route, one, thing!.ids));
          expect(own.text).toContain(thing!.ids[0]);
        }
        const expected: Record<string, unknown> = { department: one.otherDepartment, region: one.otherRegion };
        const found: Record<string, unknown> = {
          department: await answered(one.otherDepartment, name, route, one, stranger(name)),
          region: await answered(one.otherRegion, name, route, one, foreign(name)),
        };
        const other = thing?.parties.find((id) => id !== (one.by ?? thing.parties[0]));
        if (other) {
          expected['otherParty'] = one.otherParty;
          found['otherParty'] = one.otherParty && (await answered(one.otherParty, name, route, one, officer(other, 'other-party', POSTS))); // prettier-ignore
        }
        expect(found).toEqual(expected);
      },
    );
  });
});
