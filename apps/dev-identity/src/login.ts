import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Identities, Officer } from './identities';

const MAX_FORM_BYTES = 4_096;

/** The sign-in page: choose who you are. Also drivable without a browser: POST `officer=<id>` to the same address. */
export class Login {
  constructor(
    private readonly provider: Provider,
    private readonly identities: Identities,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { uid } = await this.provider.interactionDetails(request, response);
      if (request.method === 'GET') return page(response, 200, choices(uid, this.identities.officers()));
      const officer = this.identities.officer(new URLSearchParams(await formOf(request)).get('officer') ?? '');
      if (!officer) return page(response, 422, '<p>没有这个人员 · Nobody of this id is known here.</p>');
      // Choosing is agreeing, too: a client on the same machine must not get a code without a person's act.
      await this.provider.interactionFinished(request, response, { login: { accountId: officer.id }, consent: {} });
    } catch {
      if (!response.headersSent)
        page(response, 400, '<p>登录已过期,请重新开始 · This sign-in is over. Start again.</p>');
    }
  }
}

const choices = (uid: string, officers: readonly Officer[]): string =>
  officers.length === 0
    ? '<p>没有登记的人员 · Nobody is registered. Set IDENTITY_FILE.</p>'
    : `<form method="post" action="/interaction/${uid}"><select name="officer" autofocus>${officers
        .map(({ id, name }) => `<option value="${id}">${escaped(name)} (${id})</option>`)
        .join('')}</select> <button>登录 · Sign in</button></form>`;

function page(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
    .end(`<!doctype html><html lang="zh"><title>琼通 · 开发登录</title><h1>琼通 · 开发登录</h1>${body}</html>`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);

async function formOf(request: IncomingMessage): Promise<string> {
  let form = '';
  for await (const chunk of request) {
    form += String(chunk);
    if (form.length > MAX_FORM_BYTES) throw new Error('the form is too large');
  }
  return form;
}
