import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOP_HEADER } from '@qiongtong/contracts';
import { aPrincipal, startNotes, type NotesService } from './service';

const note = { title: 'a note', count: 1 };

describe('an idempotency key', () => {
  let service: NotesService;
  beforeAll(async () => {
    service = await startNotes();
  });
  afterAll(() => service.close());
  beforeEach(() => {
    service.notes.written = 0;
    service.notes.hold = Promise.resolve();
  });

  const create = (key: string | null, body: object = note, principal = aPrincipal()) =>
    service.call('POST', '/v1/notes', { body, principal, headers: key === null ? {} : { 'idempotency-key': key } });

  it('is required where something is created', async () => {
    const answer = await create(null);
    expect([answer.status, answer.body['code']]).toEqual([400, 'request.idempotency_key_required']);
    expect(service.notes.written).toBe(0);
  });

  it.each(['x'.repeat(129), 'a key'])('of another form is refused (%#)', async (key) => {
    const answer = await create(key);
    expect(answer.body).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/headers/Idempotency-Key' }] });
  });

  it('is asked for after the caller is known', async () => {
    const answer = await service.call('POST', '/v1/notes', { body: note, hop: null });
    expect([answer.status, answer.body['code']]).toEqual([401, 'hop.invalid']);
  });

  it('with the same body has one effect and one answer, however its fields are ordered', async () => {
    const key = randomUUID();
    const first = await create(key);
    const second = await create(key, { count: 1, title: 'a note' });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect([second.status, second.text, second.headers.get('etag')]).toEqual([201, first.text, '"1"']);
    expect(service.notes.written).toBe(1);
  });

  it('with another body is refused', async () => {
    const key = randomUUID();
    await create(key);
    const answer = await create(key, { ...note, count: 2 });
    expect([answer.status, answer.body['code']]).toEqual([422, 'request.idempotency_key_reused']);
    expect(service.notes.written).toBe(1);
  });

  it("is the caller's own: somebody else's is another one", async () => {
    const key = randomUUID();
    await create(key);
    const other = await create(key, { ...note, count: 2 }, aPrincipal({ officerId: 'gat-submitter' }));
    expect(other.status).toBe(201);
    expect(service.notes.written).toBe(2);
  });

  it('of a request that was refused may be used again', async () => {
    const key = randomUUID();
    expect((await create(key, { ...note, title: 'refuse me' })).body['code']).toBe('access.no_grant');
    expect((await create(key)).status).toBe(201);
  });

  it('sent twice at once, also to two processes, waits for the one effect and is answered the same', async () => {
    const key = randomUUID();
    const replica = await service.replica();
    let release = (): void => undefined;
    service.notes.hold = new Promise((resolve) => (release = resolve));
    const first = create(key);
    await sleep(200);
    const second = create(key);
    const third = fetch(`${replica.url}/v1/notes`, {
      method: 'POST',
      body: JSON.stringify(note),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        [HOP_HEADER]: service.gateway.issue('catalogue', 'POST', '/v1/notes', aPrincipal()),
      },
    });
    await sleep(200);
    expect(service.notes.written).toBe(0);
    release();
    const answers = [await first, await second].map(({ status, text }) => ({ status, text }));
    const theirs = await third;
    answers.push({ status: theirs.status, text: await theirs.text() });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    expect(service.notes.written).toBe(1);
  });
});

describe('an entity tag', () => {
  let service: NotesService;
  beforeAll(async () => {
    service = await startNotes();
  });
  afterAll(() => service.close());
  const change = (headers: Record<string, string>) => service.call('PATCH', '/v1/notes/n1', { body: {}, headers });

  it('comes with what has a revision, and an update must show it', async () => {
    const read = await service.call('GET', '/v1/notes/n1');
    expect(read.headers.get('etag')).toBe('"3"');
    const changed = await change({ 'if-match': read.headers.get('etag')! });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"4"']);
  });

  it.each([
    ['none', {}, 428, 'request.if_match_required'],
    ['an old one', { 'if-match': '"2"' }, 412, 'request.stale_revision'],
    ['a weak one', { 'if-match': 'W/"3"' }, 412, 'request.stale_revision'],
    ['any', { 'if-match': '*' }, 412, 'request.stale_revision'],
  ])('an update with %s is refused', async (_which, headers, status, code) => {
    const answer = await change(headers as Record<string, string>);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('that the caller has already is answered without a body', async () => {
    const answer = await service.call('GET', '/v1/notes/n1', { headers: { 'if-none-match': '"2", W/"3"' } });
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', '"3"']);
    expect((await service.call('GET', '/v1/notes/n1', { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });
});
