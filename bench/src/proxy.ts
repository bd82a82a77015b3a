import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { Pool } from 'undici';

/** A proxy in a process of its own that checks nothing: the peers of the gateway. */
const [kind, upstream] = process.argv.slice(2) as ['http-proxy' | 'leanest', string];

async function fastifyProxy(): Promise<string> {
  const server = fastify();
  await server.register(httpProxy, { upstream, undici: { connections: 128 } });
  return server.listen({ host: '127.0.0.1', port: 0 });
}

/** node:http in, undici's dispatch out. */
function leanestProxy(): Promise<string> {
  const pool = new Pool(upstream, { connections: 128 });
  const server = createServer((request, response) => {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    pool.dispatch(
      { method: 'GET', path: request.url!, headers },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_c, status, answered) => void response.writeHead(status, answered),
        onResponseData: (_c, chunk) => void response.write(chunk),
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    );
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
}

void (kind === 'http-proxy' ? fastifyProxy() : leanestProxy()).then((url) => process.send!(url));
