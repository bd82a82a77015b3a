import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { RunningGateway } from './running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await RunningGateway.start();
});
afterAll(() => gateway.stop());

type Document = { info: { title: string }; paths: Record<string, Record<string, { summary: string; tags: string[] }>> };

const get = (path: string, headers: Record<string, string> = {}) => fetch(gateway.url + path, { headers });
const assetsOf = (html: string) => [...html.matchAll(/(?:src|href)="(\/v1\/docs\/[^"?]+)"/g)].map(([, path]) => path!);

/** The bytes as they travel: fetch would unpack them. */
const raw = (path: string, headers: Record<string, string>) =>
  new Promise<{ headers: Record<string, string | string[] | undefined>; body: Buffer }>((resolve, reject) => {
    httpRequest(gateway.url + path, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });

describe('the readable page of the API', () => {
  it('is given to anybody, with all that it needs, from this gateway alone', async () => {
    const response = await get('/v1/docs');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).not.toMatch(/https?:|\/\/[a-z]/);
    const assets = assetsOf(html);
    expect(assets).toHaveLength(4);
    let bytes = 0;
    for (const path of assets) {
      const asset = await get(path);
      expect(asset.status).toBe(200);
      expect(asset.headers.get('content-type')).toBe(
        path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      );
      expect(asset.headers.get('cache-control')).toContain('immutable');
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
      bytes += (await asset.arrayBuffer()).byteLength;
    }
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(2_500_000);
  });

  it('runs no script and takes no style but its own files, is framed by nobody and sends nothing elsewhere', async () => {
    const response = await get('/v1/docs');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await response.text();
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
    for (const [, attributes, content] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
      expect(attributes).toContain('src=');
      expect(content).toBe('');
    }
  });

  it('speaks the language asked for: in the address before in the header, Chinese to whoever asks for none', async () => {
    const languageOf = async (path: string, accept?: string) => {
      const response = await get(path, accept === undefined ? {} : { 'accept-language': accept });
      expect(response.headers.get('vary')).toContain('accept-language');
      return /<html lang="([^"]+)"/.exec(await response.text())![1];
    };
    expect(await languageOf('/v1/docs', '*')).toBe('zh-CN');
    expect(await languageOf('/v1/docs', 'en-GB,zh;q=0.5')).toBe('en');
    expect(await languageOf('/v1/docs?lang=zh', 'en')).toBe('zh-CN');
    expect(await languageOf('/v1/docs?lang=en', 'zh')).toBe('en');
  });

  it('shows a document whose routes have names in that language', async () => {
    const [zh, en, plain] = (await Promise.all(
      ['?lang=zh', '?lang=en', ''].map(async (query) => (await get(`/v1/openapi.json${query}`)).json()),
    )) as Document[];
    expect(plain).toEqual(en);
    expect(Object.keys(zh!.paths)).toEqual(Object.keys(en!.paths));
    expect(zh!.paths['/v1/stops']!['post']).toMatchObject({ summary: '立即停用', tags: ['紧急停用'] });
    expect(en!.paths['/v1/stops']!['post']).toMatchObject({ summary: 'Place a stop', tags: ['Stops'] });
  });

  it('is compressed for who takes it so, and not sent again to who has it', async () => {
    const [script] = assetsOf(await (await get('/v1/docs')).text()).filter((path) => path.endsWith('.js'));
    const [plain, zipped, refused] = await Promise.all([
      raw(script!, {}),
      raw(script!, { 'accept-encoding': 'br, gzip' }),
      raw(script!, { 'accept-encoding': 'gzip;q=0' }),
    ]);
    expect(plain!.headers['content-encoding']).toBeUndefined();
    expect(refused!.headers['content-encoding']).toBeUndefined();
    expect(zipped!.headers['content-encoding']).toBe('gzip');
    expect(zipped!.body.length).toBeLessThan(plain!.body.length / 3);
    expect(gunzipSync(zipped!.body).equals(plain!.body)).toBe(true);
    expect(zipped!.headers['etag']).not.toBe(plain!.headers['etag']);
    for (const path of ['/v1/docs', '/v1/openapi.json', script!]) {
      const etag = (await get(path)).headers.get('etag')!;
      const again = await get(path, { 'if-none-match': etag });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
  });

  it('refuses other languages and files, saying what there is', async () => {
    for (const path of ['/v1/docs?lang=fr', '/v1/openapi.json?lang=', '/v1/docs?lang=zh&lang=en']) {
      const response = await get(path, { 'accept-language': 'en' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: 'request.invalid',
        errors: [{ pointer: '/lang', message: 'zh or en' }],
      });
    }
    for (const path of ['/v1/docs/index.js', '/v1/docs/..%2Fpackage.json', '/v1/docs/a/b']) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'request.not_found' });
    }
    expect((await fetch(`${gateway.url}/v1/docs`, { method: 'POST' })).status).toBe(404);
  });
});
