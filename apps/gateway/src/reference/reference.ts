import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { knows, languageOf, type Language } from '@qiongtong/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../entrance/answers';
import { described, type ApiDocument } from './described';
import { page } from './page';

const GATEWAY = resolve(__dirname, '..', '..');
const SWAGGER_UI = dirname(require.resolve('swagger-ui-dist/package.json'));
const JSON_TYPE = 'application/json; charset=utf-8';
const SCRIPT_TYPE = 'text/javascript; charset=utf-8';
const STYLE_TYPE = 'text/css; charset=utf-8';

/** For a page that shows nothing but its own document, and sends what its reader types to this gateway alone. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Swagger UI's icons stand as `data:` in its style sheet.
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const SAFE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
const PAGE_HEADERS = {
  ...SAFE,
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'public, max-age=300',
};
const DOCUMENT_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'public, max-age=300' };
/** The name of an asset holds the digest of its content. */
const ASSET_HEADERS = { ...SAFE, 'cache-control': 'public, max-age=31536000, immutable' };

const gzipped = promisify(gzip);

/** Bytes that never change while the process runs, compressed once, when somebody first wants them so. */
class Fixed {
  readonly etag: string;
  readonly digest: string;
  private readonly body: Buffer;
  private compressed: Promise<Buffer> | undefined;

  constructor(
    content: Buffer | string,
    private readonly type: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    this.body = Buffer.from(content);
    this.digest = createHash('sha256').update(this.body).digest('hex').slice(0, 32);
    this.etag = `"${this.digest}"`;
  }

  async send(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    void reply.headers({ ...this.headers, vary: 'accept-encoding, accept-language' });
    const zipped = /\bgzip\b(?!\s*;\s*q=0(?![.\d]*[1-9]))/.test(request.headers['accept-encoding'] ?? '');
    const etag = zipped ? this.etag.replace(/"$/, '-gzip"') : this.etag;
    void reply.header('etag', etag);
    if (knows(request.headers['if-none-match'], etag)) return void reply.code(304).send();
    void reply.type(this.type);
    if (!zipped) return void reply.send(this.body);
    const body = await (this.compressed ??= gzipped(this.body));
    void reply.header('content-encoding', 'gzip').send(body);
  }
}

/** The document of the whole API and the page that shows it: for anybody, in Chinese and English. */
@Injectable()
export class Reference {
  private readonly documents: Readonly<Record<Language, Fixed>>;
  private readonly pages: Readonly<Record<Language, Fixed>>;
  private readonly assets: ReadonlyMap<string, Fixed>;

  constructor(private readonly answers: Answers) {
    const text = readFileSync(join(GATEWAY, 'openapi.json'), 'utf8');
    const chinese = described(JSON.parse(text) as ApiDocument, 'zh');
    this.documents = {
      en: new Fixed(text, JSON_TYPE, DOCUMENT_HEADERS),
      zh: new Fixed(JSON.stringify(chinese), JSON_TYPE, DOCUMENT_HEADERS),
    };
    const assets = {
      ui: asset(join(SWAGGER_UI, 'swagger-ui-bundle.js'), SCRIPT_TYPE),
      uiStyle: asset(join(SWAGGER_UI, 'swagger-ui.css'), STYLE_TYPE),
      start: asset(join(GATEWAY, 'assets', 'docs.js'), SCRIPT_TYPE),
      style: asset(join(GATEWAY, 'assets', 'docs.css'), STYLE_TYPE),
    };
    this.assets = new Map(Object.values(assets).map(({ file, content }) => [file, content]));
    const pageIn = (language: Language) =>
      new Fixed(
        page(language, {
          styles: [assets.uiStyle.file, assets.style.file],
          scripts: [assets.ui.file, assets.start.file],
        }),
        'text/html; charset=utf-8',
        { ...PAGE_HEADERS, 'content-language': language },
      );
    this.pages = { zh: pageIn('zh'), en: pageIn('en') };
  }

  register(scope: FastifyInstance): void {
    scope.get('/v1/openapi.json', (request, reply) => this.send(this.documents, 'en', request, reply));
    scope.get('/v1/docs', (request, reply) =>
      this.send(this.pages, languageOf(request.headers['accept-language']), request, reply),
    );
    scope.get('/v1/docs/:file', (request: FastifyRequest<{ Params: { file: string } }>, reply) => {
      const asset = this.assets.get(request.params.file);
      if (asset) return asset.send(request, reply);
      this.answers.refuse(request, reply, new Refusal('request.not_found'));
    });
  }

  private send(
    of: Readonly<Record<Language, Fixed>>,
    otherwise: Language,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> | void {
    const { lang = otherwise } = request.query as Record<string, unknown>;
    if (lang === 'zh' || lang === 'en') return of[lang].send(request, reply);
    const errors = [{ pointer: '/lang', message: 'zh or en' }];
    this.answers.refuse(request, reply, new Refusal('request.invalid', { errors }));
  }
}

function asset(path: string, type: string): { file: string; content: Fixed } {
  const content = new Fixed(readFileSync(path), type, ASSET_HEADERS);
  return { file: `${content.digest}${type === STYLE_TYPE ? '.css' : '.js'}`, content };
}
