import { createConnection } from 'node:net';

const METADATA = 3;

/**
 * Whether the broker at this port takes clients: it listens, and names itself as one that is alive. Asked in bytes, not
 * through a client library: those keep retrying, and busy, on a broker that comes and goes.
 */
export function brokerAnswers(port: number, timeoutMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: timeoutMs });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    let received: Buffer = Buffer.alloc(0);
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
    socket.once('end', () => done(false));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      // Length, correlation id, then how many brokers there are.
      if (received.length >= 12) done(received.readInt32BE(8) > 0);
    });
  });
}

/** Version 1, with no topics asked for. */
function metadataRequest(): Buffer {
  const client = Buffer.from('probe');
  const body = Buffer.alloc(10 + client.length + 4);
  body.writeInt16BE(METADATA, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(client.length, 8);
  client.copy(body, 10);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
