import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IdentityConfig } from './config';
import { Identities } from './identities';
import { Login } from './login';
import { openidProvider } from './provider';
import { signingKeys } from './signing-keys';

export interface RunningIdentity {
  readonly issuer: string;
  close(): Promise<void>;
}

/** Starts the provider. Logs go out as one JSON object a line. */
export async function startIdentity(config: IdentityConfig, say: (line: object) => void): Promise<RunningIdentity> {
  const identities = new Identities(config.identityFile, (problem) => say({ level: 'error', msg: problem }));
  const provider = openidProvider(config, identities, await signingKeys(config.dataDir));
  provider.on('server_error', (_context, error) => say({ level: 'error', msg: error.message }));
  const login = new Login(provider, identities);
  const openid = provider.callback();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (/^\/health\/(live|ready|startup)$/.test(path))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"up"}');
    if (path.startsWith('/interaction/')) return void login.handle(request, response);
    openid(request, response);
  });
  server.listen(config.port, config.host);
  await once(server, 'listening');
  say({ level: 'info', msg: 'started', issuer: config.issuer });
  return {
    issuer: config.issuer,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 2_000).unref();
      await closed;
    },
  };
}
