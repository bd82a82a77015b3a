import { connect } from 'node:net';
import { median, quantile } from './report';

export type Load = Readonly<{
  url: string;
  connections: number;
  seconds: number;
  /** Whole requests as they go over the wire, handed out one after the other, and again from the first. */
  requests: readonly Buffer[];
  /** Each request may be sent once: the load ends with the last of them. */
  once?: boolean;
}>;
export type Measured = Readonly<{
  /** Answers a second. */
  value: number;
  answers: number;
  p50: number;
  p99: number;
  statuses: Readonly<Record<string, number>>;
}>;

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * As many keep-alive connections as asked, each with one request in flight, on raw sockets: a driver that costs little
 * beside what it drives. Reads answers with a Content-Length only.
 */
export async function load({ url, connections, seconds, requests, once = false }: Load): Promise<Measured> {
  const { hostname, port } = new URL(url);
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1000;
  const from = performance.now();
  let at = 0;
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect({ host: hostname, port: Number(port), noDelay: true });
          let begun = 0;
          let rest: Buffer = Buffer.alloc(0);
          const send = () => {
            begun = performance.now();
            socket.write(requests[at++ % requests.length]!);
          };
          socket.once('connect', send);
          socket.once('error', reject);
          socket.once('close', () => resolve());
          socket.on('data', (chunk: Buffer) => {
            rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
            const head = rest.indexOf(END_OF_HEAD);
            if (head === -1) return;
            const text = rest.toString('latin1', 0, head);
            const length = /\r\ncontent-length: *(\d+)/i.exec(text);
            if (!length)
              return void socket.destroy(new Error(`an answer without Content-Length: ${text.slice(0, 200)}`));
            if (rest.length < head + END_OF_HEAD.length + Number(length[1])) return;
            const status = text.slice(9, 12);
            statuses[status] = (statuses[status] ?? 0) + 1;
            const now = performance.now();
            latencies.push(now - begun);
            rest = Buffer.alloc(0);
            if (now < until && !(once && at >= requests.length)) send();
            else socket.end();
          });
        }),
    ),
  );
  const took = (performance.now() - from) / 1000;
  const answers = latencies.length;
  return { value: answers / took, answers, p50: median(latencies), p99: quantile(latencies, 0.99), statuses };
}

/** A GET as bytes. */
export const getRequest = (path: string, headers: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nhost: bench\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
