import { aGrant, aUse } from '@qiongtong/testing';
import {
  GROUP_TARGET,
  GROUP_TYPE,
  HOP_HEADER,
  MOST_IN_A_GROUP,
  unframed,
  type GroupedRead,
  type Obligations,
  type Use,
} from '@qiongtong/contracts';
import { LivePolicy } from '../src/policy/live-policy';
import { aRelease, aRow, keyOf, marriages, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

const RECORDS = `/v1/resources/${RESOURCE}/records`;
const ITEMS = marriages.items.map(({ code }) => code);
const ODD = 'a~b/c 海\u0000☃"\\'.replace('\u0000', '');
type Over = Partial<Use> & { obligations?: Partial<Obligations>; language?: string | null };

describe('reads by key that travel together', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start();
    const rows = [...Array.from({ length: 80 }, (_, n) => aRow(n)), aRow(900, { certNo: ODD })];
    expect((await exchange.push(ndjson(rows))).status).toBe(201);
    const large = Array.from({ length: 2 }, (_, n) => aRow(500 + n, { remark: '🏝'.repeat(20_000) }));
    expect((await exchange.push(ndjson(large))).status).toBe(201);
    await exchange.state('policy.grants', aGrant({ items: ['personName'] }));
    await until(() => exchange.service.app.get(LivePolicy).index.grant('g1') !== undefined);
  });
  afterAll(() => exchange.stop());

  const aRead = (target: string, { obligations = {}, language = 'en', ...use }: Over = {}): GroupedRead => {
    const items = obligations.items ?? ITEMS;
    const resourceId = /resources\/([^/?]+)/.exec(target)![1]!;
    const of = aUse({ resourceId, action: 'query', items, touchedItems: items, ...use });
    return { target, language, release: aRelease(of, { ...obligations, items }) };
  };
  /** Reads that the gateway decided on together, and the token that goes with them. */
  const together = async (reads: readonly GroupedRead[], headers: Record<string, string> = {}) => {
    const body = JSON.stringify(reads);
    const { hop } = exchange.hopForBody('POST', GROUP_TARGET, body);
    const { status, text } = await exchange.call('POST', GROUP_TARGET, {
      token: hop,
      headers: { 'content-type': GROUP_TYPE, ...headers },
      body,
    });
    return { status, text, answers: status === 200 ? unframed(Buffer.from(text), reads.length) : [] };
  };
  const alone = async ({ target, language, release }: GroupedRead) => {
    const headers = language === null ? { 'accept-language': '' } : { 'accept-language': language };
    return exchange.call('GET', target, { principal: principalOf('mzj-system', 'mzj'), release, headers });
  };
  const codeOf = (body: Buffer | undefined) => (JSON.parse(body!.toString('utf8')) as { code?: string }).code;

  it('[R12.7] are each answered exactly as if it had come alone, in their order', async () => {
    const reads = [
      aRead(`${RECORDS}/${keyOf(3)}`),
      aRead(`${RECORDS}/${keyOf(4)}`, { obligations: { items: ['fee', 'certNo'] }, action: 'batch' }),
      aRead(`${RECORDS}/${keyOf(4)}?fields=certNo`),
      aRead(`${RECORDS}/${keyOf(4)}`, {
        obligations: { mask: { personName: 'ALL', idNumber: 'KEEP_LAST_4' } } as never,
      }),
      aRead(`${RECORDS}/${encodeURIComponent(ODD)}`),
      aRead(`${RECORDS}/J-none`),
      aRead(`${RECORDS}/J-none`, { language: 'zh-CN' }),
      aRead(`${RECORDS}/J-none`, { language: null }),
      aRead(`${RECORDS}/${keyOf(3)}`, {
        obligations: { rowFilter: { item: 'regionCode', op: 'eq', value: '460100' } },
      }),
      aRead(`${RECORDS}/${keyOf(3)}?fields=nothing`),
      aRead(`${RECORDS}/${keyOf(3)}?limit=x`),
      aRead(`${RECORDS}/${keyOf(3)}?filter[fee]=1`),
      aRead(`/v1/resources/unknown/records/1`),
      aRead(`/v1/resources/elsewhere/records/1`, { resourceId: 'foreign' }),
      aRead(`${RECORDS}/${keyOf(3)}`),
    ];
    const { status, answers } = await together(reads);
    expect(status).toBe(200);
    const statuses = new Set<number>();
    for (const [n, read] of reads.entries()) {
      const one = await alone(read);
      const answer = answers[n]!;
      statuses.add(one.status);
      const told = (text: string) => ({ ...(JSON.parse(text) as object), traceId: '' });
      expect([n, answer.status, told(answer.body.toString('utf8'))]).toEqual([n, one.status, told(one.text)]);
      if (one.status === 200) expect(answer.body.toString('utf8')).toBe(one.text);
      const own = ['content-type', 'cache-control', 'content-language', 'retry-after', 'qt-rows', 'qt-delivery'];
      expect([n, ...own.map((name) => answer.headers[name] ?? null)]).toEqual([
        n,
        ...own.map((name) => one.headers.get(name)),
      ]);
    }
    expect([...statuses].sort()).toEqual([200, 400, 403, 404]);
  });

  it('[R14.7] carry out no other decision than one on a read by key', async () => {
    const of = (action: Use['action']) => aRead(`${RECORDS}/${keyOf(1)}`, { action });
    const { answers } = await together([of('push'), of('query'), of('verify'), of('subscribe')]);
    const codes = answers.map((answer) => (answer!.status === 200 ? 'read' : codeOf(answer?.body)));
    expect(codes).toEqual(['hop.invalid', 'read', 'hop.invalid', 'hop.invalid']);
  });

  it('[R14.7] read nothing of a resource that was not decided on, whatever the address says', async () => {
    const { answers } = await together([
      aRead(`${RECORDS}/${keyOf(1)}`, { resourceId: 'big' }),
      aRead(`${RECORDS}/${keyOf(1)}`),
    ]);
    expect(answers.map((answer) => answer!.status)).toEqual([404, 200]);
  });

  it('leave alone what would hold the others up: a large record, and one that its provider answers', async () => {
    const reads = [
      aRead(`${RECORDS}/${keyOf(500)}`),
      aRead(`${RECORDS}/${keyOf(1)}`),
      aRead('/v1/resources/elsewhere/records/1'),
    ];
    const { answers } = await together(reads);
    expect(answers.map((answer) => answer && answer.status)).toEqual([null, 200, null]);
    expect((await alone(reads[0]!)).status).toBe(200);
  });

  it('go through as many at once as a group may have, and no more', async () => {
    const reads = Array.from({ length: MOST_IN_A_GROUP }, (_, n) => aRead(`${RECORDS}/${keyOf(n)}`));
    const { answers } = await together(reads);
    const keys = answers.map((answer) => (JSON.parse(answer!.body.toString('utf8')) as { certNo: string }).certNo);
    expect(keys).toEqual(reads.map((_, n) => keyOf(n)));
    const { status, text } = await together([...reads, reads[0]!]);
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([401, 'hop.invalid']);
  });

  it('[R14.7] are refused without a token for this very body, and beyond its size', async () => {
    const reads = [aRead(`${RECORDS}/${keyOf(1)}`)];
    const { status } = await together(reads, { [HOP_HEADER]: 'abc' });
    expect(status).toBe(401);
    expect((await exchange.call('POST', GROUP_TARGET)).status).toBe(401);
    const many = Array.from({ length: 60 }, () => aRead(`${RECORDS}/${'x'.repeat(10_000)}`));
    expect((await together(many)).status).toBe(413);
  });
});
