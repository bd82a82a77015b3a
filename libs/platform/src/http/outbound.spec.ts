import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutboundGuard, outboundNodes, OutboundRefused, type OutboundOptions } from './outbound';

const NODES = 'node.gov.example=127.0.0.0/8|10.1.0.0/16,public.example,localhost=127.0.0.0/8|::1/128';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function guardOf(over: Partial<OutboundOptions> = {}, nodes = NODES): OutboundGuard {
  const times = { connectMs: 2_000, headersMs: 5_000, bodyMs: 5_000 };
  const guard = new OutboundGuard(outboundNodes(nodes), { allowHttp: true, ...times, ...over });
  closing.push(() => guard.close());
  return guard;
}
const answering = (...addresses: string[]): OutboundOptions['lookup'] => {
  return (_name, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
};
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}
const serving = (listener: RequestListener) => listening(createServer(listener));
const post = (guard: OutboundGuard, url: string) => guard.post(new URL(url), { headers: {}, body: '{}' });
const ruleOf = (error: unknown) => (error instanceof OutboundRefused ? error.rule : error);

describe('where the platform may call [R13.4]', () => {
  it.each([
    ['ftp://node.gov.example/', 'scheme'],
    ['no address', 'scheme'],
    ['https://user:word@node.gov.example/', 'credentials'],
    ['https://other.example/', 'name'],
    ['https://node.gov.example.evil.example/', 'name'],
    ['https://node.gov.example./', 'name'],
    ['https://127.0.0.1/', 'name'],
    ['https://0x7f.1/', 'name'],
    ['https://2130706433/', 'name'],
    ['https://[::1]/', 'name'],
    ['https://[::ffff:169.254.169.254]/', 'name'],
  ])('is not %s', (url, rule) => {
    const refused = (() => {
      try {
        return guardOf().check(url);
      } catch (error) {
        return ruleOf(error);
      }
    })();
    expect(refused).toBe(rule);
  });

  it('is a node by its exact name, over plain http only where that is allowed', () => {
    expect(guardOf().check('https://NODE.gov.example:8443/a').href).toBe('https://node.gov.example:8443/a');
    expect(guardOf().check('http://node.gov.example/').protocol).toBe('http:');
    expect(() => guardOf({ allowHttp: false }).check('http://node.gov.example/')).toThrow(OutboundRefused);
  });

  it.each([
    'node.gov.example=0.0.0.0/0',
    'node.gov.example=10.0.0.0/7',
    'node.gov.example=::/0',
    'node.gov.example=10.0.0.0',
    'node.gov.example=all',
    '10.0.0.1=10.0.0.0/8',
    'https://node.gov.example',
    '*.gov.example',
    'node.gov.example=',
  ])('cannot be written as %s', (text) => {
    expect(() => outboundNodes(text)).toThrow(/is written/);
  });
});

describe('an address behind a name [R13.4]', () => {
  it.each([
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['100.64.0.1'],
    ['169.254.169.254'],
    ['172.16.0.1'],
    ['192.168.1.1'],
    ['0.0.0.0'],
    ['224.0.0.1'],
    ['::1'],
    ['::'],
    ['fe80::1'],
    ['fe80::1%eth0'],
    ['fd00::1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:10.0.0.1'],
    ['::127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['2002:7f00:1::1'],
    ['8.8.8.8', '127.0.0.1'],
    [],
  ])('that should be public is not %s %s', async (...addresses: string[]) => {
    const refused = await post(guardOf({ lookup: answering(...addresses) }), 'http://public.example:1/').catch(ruleOf);
    expect(refused).toBe('address');
  });

  it.each([['10.2.0.1'], ['8.8.8.8'], ['169.254.169.254'], ['127.0.0.1', '10.2.0.1']])(
    'of a node lies in its networks, not at %s %s',
    async (...addresses: string[]) => {
      const refused = await post(guardOf({ lookup: answering(...addresses) }), 'http://node.gov.example:1/').catch(
        ruleOf,
      );
      expect(refused).toBe('address');
    },
  );

  it('is looked up when a connection is made, so that a name that changes its mind reaches nobody', async () => {
    let calls = 0;
    let addresses = ['127.0.0.1'];
    const port = await serving((_request, response) => {
      calls++;
      response.setHeader('connection', 'close');
      response.end('{}');
    });
    const guard = guardOf({ lookup: (...asked) => answering(...addresses)!(...asked) });
    const answer = await post(guard, `http://node.gov.example:${port}/`);
    expect([answer.status, await answer.body.text()]).toEqual([200, '{}']);
    addresses = ['127.0.0.1', '192.168.0.1'];
    expect(await post(guard, `http://node.gov.example:${port}/`).catch(ruleOf)).toBe('address');
    addresses = ['169.254.169.254'];
    expect(await post(guard, `http://node.gov.example:${port}/`).catch(ruleOf)).toBe('address');
    expect(calls).toBe(1);
  });
});

describe('an answer from outside', () => {
  it('that points elsewhere is not followed', async () => {
    let followed = 0;
    const elsewhere = await serving((_request, response) => {
      followed++;
      response.end();
    });
    const port = await serving((_request, response) => {
      response.writeHead(307, { location: `http://localhost:${elsewhere}/` }).end();
    });
    const answer = await post(guardOf({ lookup: answering('127.0.0.1') }), `http://node.gov.example:${port}/`);
    await answer.body.dump();
    expect([answer.status, followed]).toEqual([307, 0]);
  });

  it('comes under a certificate of that name and of an authority that is trusted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbound-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=node.gov.example', '-addext', 'subjectAltName=DNS:node.gov.example'];
    const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', ...made, ...subject, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
    const [key, cert] = [readFileSync(keyFile), readFileSync(certFile, 'utf8')];
    const port = await listening(createTlsServer({ key, cert }, (_request, response) => response.end('{}')));
    const lookup = answering('127.0.0.1');
    const codeOf = (error: { code?: string }) => error.code;

    const trusting = guardOf({ lookup, ca: cert });
    const answer = await post(trusting, `https://node.gov.example:${port}/`);
    expect(await answer.body.text()).toBe('{}');
    expect(await post(trusting, `https://localhost:${port}/`).catch(codeOf)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    const untrusting = guardOf({ lookup });
    expect(await post(untrusting, `https://node.gov.example:${port}/`).catch(codeOf)).toBe(
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    );
  });
});
