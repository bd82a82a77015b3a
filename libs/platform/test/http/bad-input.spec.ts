import { createConnection } from 'node:net';
import { aPrincipal, startNotes, type Answer, type NotesService } from './service';
import { HOP_HEADER } from '@qiongtong/contracts';

const note = { title: 'a note', count: 1, parts: [] };
const UNREADABLE = [
  'since=2026-03-01',
  'since=2026-03-01T09:00:00',
  'since=0252-10-27T14:27:22Z',
  'since=0000-01-01T00:00:00Z',
  'since=2026-02-30T09:00:00Z',
  'since=2026-03-01T09:00:00%2B18:03',
  'since=2026-03-01T24:00:00Z',
  'on=0000-01-01',
  'on=2026-02-30',
  'on=2026-03-01T09:00:00Z',
];
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('what every service says to bad input', () => {
  let service: NotesService;
  beforeAll(async () => {
    service = await startNotes({ BODY_TIMEOUT_MS: '300', HEADERS_TIMEOUT_MS: '400' });
  });
  afterAll(() => service.close());

  const query = (options: Parameters<NotesService['call']>[2]) => service.call('POST', '/v1/notes/query', options);
  const expectProblem = (answer: Answer, status: number, code: string) => {
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:qiongtong:refusal:${code}`,
      status,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    for (const text of ['title', 'detail', 'next']) expect(answer.body[text]).toEqual(expect.stringMatching(/\S/));
  };

  it.each([
    ['half a document', '{"title": "a'],
    ['no JSON', 'title=a'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a field that would reach a prototype', '{"title":"a","count":1,"__proto__":{"admin":true}}'],
  ])('a body that is %s is malformed', async (_what, raw) => {
    expectProblem(await query({ raw }), 400, 'request.malformed');
  });

  it('a body of more than 1 MiB is too large, declared or not', async () => {
    const large = JSON.stringify({ ...note, title: 'x'.repeat(1024 * 1024) });
    expectProblem(await query({ raw: large }), 413, 'request.too_large');
    const answer = await fetch(`${service.running.url}/v1/notes/query`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [HOP_HEADER]: service.gateway.issue('catalogue', 'POST', '/v1/notes/query', aPrincipal()),
      },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'request.too_large' });
  });

  it('a body of 33 levels is too deep, one of 32 is only wrong', async () => {
    expectProblem(await query({ raw: deep(33) }), 400, 'request.too_deep');
    expectProblem(await query({ raw: deep(100_000) }), 400, 'request.too_deep');
    expectProblem(await query({ raw: `{"title":"a","count":1,"x":${deep(31)}}` }), 400, 'request.invalid');
  });

  it('brackets inside of text are no depth', async () => {
    expect((await query({ body: { ...note, title: `${'['.repeat(50)}\\"[` } })).status).toBe(200);
  });

  it('another content type is unsupported', async () => {
    expectProblem(
      await query({ raw: '<note/>', headers: { 'content-type': 'text/xml' } }),
      415,
      'request.unsupported_media_type',
    );
  });

  it('a body that arrives too slowly is given up', async () => {
    const head = `POST /v1/notes/query HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"title"`;
    const answer = await spoken(head);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"request.too_slow"');
  });

  it('headers that arrive too slowly are given up', async () => {
    const answer = await spoken('GET /v1/notes HTTP/1.1\r\nhost: a\r\nx-slow: ');
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"request.too_slow"');
  });

  it('what is no HTTP is malformed', async () => {
    expect(await spoken('HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"request.malformed"/);
  });

  it('headers of more than 32 KiB are too large', async () => {
    const answer = await spoken(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"request.too_large"/);
  });

  it('every wrong field is named by its pointer, its value is not repeated', async () => {
    const answer = await query({
      body: { title: 7, count: 'secret-value', parts: [{ name: 1 }, { name: 'b', colour: 'red' }], extra: 1 },
    });
    expectProblem(answer, 400, 'request.invalid');
    const errors = answer.body['errors'] as { pointer: string; message: string }[];
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/count',
      '/extra',
      '/parts/0/name',
      '/parts/1/colour',
      '/title',
      '/title',
    ]);
    expect(answer.text).not.toContain('secret-value');
  });

  it.each(['[]', '"a"', '7', 'null', ''])('%s where an object is expected is refused', async (raw) => {
    expectProblem(await query({ raw }), 400, 'request.invalid');
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'colour=red', 'old=', 'old=1', ...UNREADABLE])(
    '?%s is refused',
    async (parameters) => {
      expectProblem(await service.call('GET', `/v1/notes?${parameters}`), 400, 'request.invalid');
    },
  );

  it.each(['old=false', 'since=2026-03-01T09:00:00.123456%2B08:00', 'since=2026-03-01T09:00Z', 'on=2028-02-29'])(
    '?%s is taken',
    async (parameters) => {
      expect((await service.call('GET', `/v1/notes?${parameters}`)).status).toBe(200);
    },
  );

  it('a cursor goes on where it was issued, also at a replica', async () => {
    const { body } = await service.call('GET', '/v1/notes?limit=7');
    const target = `/v1/notes?limit=7&cursor=${String(body['next'])}`;
    expect((await service.call('GET', target)).body['items']).toEqual([7]);
    const replica = await service.replica();
    const answer = await fetch(replica.url + target, {
      headers: { [HOP_HEADER]: service.gateway.issue('catalogue', 'GET', target, aPrincipal()) },
    });
    expect(((await answer.json()) as { items: number[] }).items).toEqual([7]);
  });

  it.each(['x', 'AAAAAAAAAAAAAAAAAAAAAAAAeyJmcm9tIjo3fQ'])('the cursor %s was not issued here', async (cursor) => {
    expectProblem(await service.call('GET', `/v1/notes?cursor=${cursor}`), 400, 'request.bad_cursor');
  });

  it('a cursor that was changed is not taken', async () => {
    const { body } = await service.call('GET', '/v1/notes?limit=7');
    const bytes = Buffer.from(String(body['next']), 'base64url');
    bytes[bytes.length - 2] = bytes[bytes.length - 2]! ^ 1;
    expectProblem(
      await service.call('GET', `/v1/notes?cursor=${bytes.toString('base64url')}`),
      400,
      'request.bad_cursor',
    );
  });

  it('an unknown address, an unknown id, a method that nothing has and a broken address', async () => {
    expectProblem(await service.call('GET', '/v1/nothing'), 404, 'request.not_found');
    expectProblem(await service.call('GET', '/v1/notes/n2'), 404, 'request.not_found');
    expectProblem(await service.call('QUERY', '/v1/notes'), 404, 'request.not_found');
    const broken = await service.call('GET', '/v1/notes/%zz');
    expect([broken.status, broken.body['code']]).toEqual([400, 'request.malformed']);
  });

  it('an error nobody foresaw says nothing of itself and when to come again', async () => {
    const answer = await service.call('GET', '/v1/notes/broken');
    expectProblem(answer, 503, 'service.failed');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.text).not.toContain('secret');
  });

  it('two that want the same at once: one has lost the race', async () => {
    expectProblem(await service.call('POST', '/v1/duplicates', { body: {} }), 409, 'request.lost_race');
  });

  it('answers in Chinese, or in English when that is preferred', async () => {
    const titles = await Promise.all(
      ['', 'en', 'en-GB;q=0.5, zh;q=0.4', 'fr, zh-CN', 'zh, en'].map(
        async (language) =>
          (await service.call('GET', '/v1/notes/n2', { headers: { 'accept-language': language } })).body['title'],
      ),
    );
    const [zh, en] = ['不存在,或您无权知悉', 'It does not exist, or is not yours to know of'];
    expect(titles).toEqual([zh, en, en, zh, zh]);
  });

  it('a route that streams takes any type and size', async () => {
    const raw = 'x'.repeat(3 * 1024 * 1024);
    const answer = await service.call('POST', '/v1/uploads', {
      raw,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(answer.body).toEqual({ bytes: raw.length });
  });

  it('the trace of the caller is continued', async () => {
    const traceId = 'a'.repeat(32);
    const answer = await service.call('GET', '/v1/notes/n2', {
      headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` },
    });
    expect(answer.body['traceId']).toBe(traceId);
  });

  function spoken(words: string): Promise<string> {
    const { port } = new URL(service.running.url);
    return new Promise((resolve, reject) => {
      const socket = createConnection({ port: Number(port), host: '127.0.0.1' }, () => socket.write(words));
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('close', () => resolve(heard));
      socket.on('error', (error) => (heard ? resolve(heard) : reject(error)));
      setTimeout(() => socket.destroy(), 5_000).unref();
    });
  }
});
