import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';

/** Why the platform does not call there; told to operators and providers, so it names no address. */
export type OutboundRule = 'scheme' | 'credentials' | 'name' | 'address';

/** A call that must not leave. Found before anything is sent. */
export class OutboundRefused extends Error {
  constructor(readonly rule: OutboundRule) {
    super(`outbound call refused: ${rule}`);
    this.name = 'OutboundRefused';
  }
}

/** A node that may be called: its exact name, and its networks; null means any public address. */
export type OutboundNode = Readonly<{ name: string; networks: BlockList | null }>;

export type OutboundOptions = Readonly<{
  /** Plain http, where everything runs on one machine. */
  allowHttp: boolean;
  /** Milliseconds for a connection, for the head of an answer, and between two pieces of its body. */
  connectMs: number;
  headersMs: number;
  bodyMs: number;
  /** PEM of the authorities that certificates must come from; the system's where absent. */
  ca?: string;
  lookup?: (
    name: string,
    options: LookupAllOptions,
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => void;
}>;

type OutboundCall = Readonly<{ headers: Record<string, string>; signal?: AbortSignal }>;

export type OutboundAnswer = Readonly<{
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  /** Filled when the body has ended. */
  trailers: Readonly<Record<string, string>>;
  body: Dispatcher.ResponseData['body'];
}>;

const NODE = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)(?:=(.+))?$/;
/** A network wider than this names nobody's node, and would take in loopback by accident. */
const WIDEST = { ipv4: 8, ipv6: 16 } as const;

/**
 * Reads `name=network|network,name`: nodes by their exact names, each with the networks (CIDR) its addresses lie in; a
 * name without networks may only have public addresses. Throws on anything else.
 */
export function outboundNodes(text: string): OutboundNode[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, name, , , , networks] = NODE.exec(part) ?? [];
      if (name === undefined || isIP(name) !== 0) throw new Error('a node is written name=network|network');
      return { name, networks: networks === undefined ? null : networksOf(networks.split('|')) };
    });
}

function networksOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix = ''] = cidr.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) < WIDEST[family])
      throw new Error('a network is written address/prefix, and is no wider than /8 (IPv6: /16)');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Addresses that are nobody's on the internet (RFC 6890 and its registries), and those that hide another address. */
const SPECIAL = networksOfAll(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 ' +
    '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ' +
    '::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
);

function networksOfAll(cidrs: string): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs.split(' ')) {
    const [address, prefix] = cidr.split('/') as [string, string];
    list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/**
 * Calls addresses that somebody else gave us. Only nodes on the operator's list are called; a name is resolved when the
 * connection is made, its addresses are checked, and the socket goes to the very addresses that were checked, so that a
 * name that changes its mind in between gains nothing. Redirects are answers like any other and are never followed;
 * certificates are checked against the name.
 */
export class OutboundGuard {
  private readonly nodes: ReadonlyMap<string, OutboundNode>;
  private readonly agent: Agent;

  constructor(
    nodes: readonly OutboundNode[],
    private readonly options: OutboundOptions,
  ) {
    this.nodes = new Map(nodes.map((node) => [node.name, node]));
    this.agent = new Agent({
      connect: { lookup: this.lookup, timeout: options.connectMs, rejectUnauthorized: true, ca: options.ca },
      headersTimeout: options.headersMs,
      bodyTimeout: options.bodyMs,
      maxHeaderSize: 16 * 1024,
      pipelining: 1,
    });
  }

  /** The address as it will be called. Throws OutboundRefused; the name's addresses are looked at when it is called. */
  check(text: string): URL {
    if (!URL.canParse(text)) throw new OutboundRefused('scheme');
    const url = new URL(text);
    if (url.protocol !== 'https:' && !(this.options.allowHttp && url.protocol === 'http:'))
      throw new OutboundRefused('scheme');
    if (url.username !== '' || url.password !== '') throw new OutboundRefused('credentials');
    // The name as the URL standard reads it: 0x7f.1 has become an address by now, and addresses are no names.
    if (!this.nodes.has(url.hostname)) throw new OutboundRefused('name');
    return url;
  }

  /** Sends; the caller reads the body or destroys it. Rejects with OutboundRefused or with the error of the connection. */
  post(url: URL, call: OutboundCall & Readonly<{ body: string }>): Promise<OutboundAnswer> {
    return this.send('POST', url, call);
  }

  /** As `post`, with nothing to send. */
  get(url: URL, call: OutboundCall): Promise<OutboundAnswer> {
    return this.send('GET', url, call);
  }

  private async send(
    method: 'POST' | 'GET',
    url: URL,
    { headers, body, signal }: OutboundCall & Readonly<{ body?: string }>,
  ): Promise<OutboundAnswer> {
    const checked = this.check(url.href);
    const answer = await request(checked, { method, headers, body, signal, dispatcher: this.agent });
    const { statusCode: status, headers: answered, trailers, body: stream } = answer;
    return { status, headers: answered, trailers, body: stream };
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private readonly lookup: LookupFunction = (name, options, done) => {
    const resolve = this.options.lookup ?? systemLookup;
    resolve(
      name,
      { family: options.family === 4 || options.family === 6 ? options.family : 0, all: true },
      (error, found) => {
        if (error) return done(error, '');
        // One address out of place makes the whole answer suspect.
        const [first] = found;
        if (!first || found.some(({ address }) => !this.admits(name, address)))
          return done(new OutboundRefused('address'), '');
        if (options.all) done(null, found);
        else done(null, first.address, first.family);
      },
    );
  };

  private admits(name: string, address: string): boolean {
    const node = this.nodes.get(name);
    const family = isIP(address);
    if (!node || family === 0 || address.includes('%')) return false;
    const kind = family === 6 ? 'ipv6' : 'ipv4';
    return node.networks === null ? !SPECIAL.check(address, kind) : node.networks.check(address, kind);
  }
}
