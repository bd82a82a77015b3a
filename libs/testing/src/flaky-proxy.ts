import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP connection's worst habits, on request. */
export interface FlakyProxy {
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Bytes still arrive and stay in the proxy, both ways, until `resume`: a half-open connection. */
  pause(): void;
  resume(): void;
  /** Resets every open connection; new ones are accepted. */
  drop(): void;
  /** Resets every open connection and refuses new ones until `accept`. */
  refuse(): void;
  accept(): void;
  /** What is asked reaches the target; the answers do not come back, the connection is reset instead. */
  cutResponses(): void;
  /** Kafka only: the broker carries out the next `count` requests of this kind, and their responses are lost. */
  loseResponsesTo(apiKey: number, count: number): void;
  /** How many responses have been lost. */
  readonly lost: number;
  heal(): void;
  close(): Promise<void>;
}

export const KAFKA_PRODUCE = 0;
export const KAFKA_OFFSET_COMMIT = 8;
export const KAFKA_END_TXN = 26;

type Options = Readonly<{
  /** Understands the frames of Kafka, and puts its own address where the broker names itself. */
  kafka?: boolean;
}>;

export async function flakyProxy(target: string, options: Options = {}): Promise<FlakyProxy> {
  const { hostname, port: targetPort } = new URL(target.includes('://') ? target : `tcp://${target}`);
  const open = new Set<Socket>();
  let paused = false;
  let refusing = false;
  let cutting = false;
  let lost = 0;
  const toLose = new Map<number, number>();

  const server = createServer({ pauseOnConnect: true }, (client) => {
    if (refusing) return void client.resetAndDestroy();
    const upstream = createConnection({ host: hostname, port: Number(targetPort) });
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const frames = options.kafka === true ? new KafkaFrames(address.port, Number(targetPort)) : undefined;
    client.on('data', (chunk) => {
      frames?.request(chunk);
      if (!upstream.write(chunk)) pauseUntilDrained(client, upstream);
    });
    client.on('end', () => upstream.end());
    upstream.on('data', (chunk) => {
      if (cutting) {
        lost += 1;
        return void client.resetAndDestroy();
      }
      for (const part of frames?.response(chunk) ?? [{ bytes: chunk, apiKey: undefined }]) {
        const remaining = part.apiKey === undefined ? 0 : (toLose.get(part.apiKey) ?? 0);
        if (part.apiKey !== undefined && remaining > 0) {
          toLose.set(part.apiKey, remaining - 1);
          lost += 1;
          return void client.resetAndDestroy();
        }
        if (!client.write(part.bytes)) pauseUntilDrained(upstream, client);
      }
    });
    upstream.on('end', () => client.end());
    if (paused) upstream.pause();
    else client.resume();
  });
  const pauseUntilDrained = (from: Socket, to: Socket): void => {
    from.pause();
    to.once('drain', () => paused || from.resume());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const reset = (): void => open.forEach((socket) => socket.resetAndDestroy());

  const proxy: FlakyProxy = {
    port: address.port,
    address: `127.0.0.1:${address.port}`,
    get lost() {
      return lost;
    },
    pause() {
      paused = true;
      open.forEach((socket) => socket.pause());
    },
    resume() {
      paused = false;
      open.forEach((socket) => socket.resume());
    },
    drop: reset,
    refuse() {
      refusing = true;
      reset();
    },
    accept() {
      refusing = false;
    },
    cutResponses() {
      cutting = true;
    },
    loseResponsesTo(apiKey, count) {
      if (options.kafka !== true) throw new Error('only a proxy that understands Kafka knows requests apart');
      toLose.set(apiKey, count);
    },
    heal() {
      refusing = false;
      cutting = false;
      toLose.clear();
      proxy.resume();
    },
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Splits both directions into Kafka's frames: four bytes of length, then what they count. */
class KafkaFrames {
  private asked: Buffer = Buffer.alloc(0);
  private answered: Buffer = Buffer.alloc(0);
  private readonly apiKeys = new Map<number, number>();
  private readonly broker: Buffer;
  private readonly proxy: Buffer;

  constructor(proxyPort: number, brokerPort: number) {
    this.broker = named(brokerPort);
    this.proxy = named(proxyPort);
  }

  request(chunk: Buffer): void {
    this.asked = Buffer.concat([this.asked, chunk]);
    for (let frame = this.next('asked'); frame !== undefined; frame = this.next('asked')) {
      this.apiKeys.set(frame.readInt32BE(8), frame.readInt16BE(4));
    }
  }

  response(chunk: Buffer): { bytes: Buffer; apiKey: number | undefined }[] {
    this.answered = Buffer.concat([this.answered, chunk]);
    const frames = [];
    for (let frame = this.next('answered'); frame !== undefined; frame = this.next('answered')) {
      const correlation = frame.readInt32BE(4);
      const apiKey = this.apiKeys.get(correlation);
      this.apiKeys.delete(correlation);
      // As long as what it replaces, so the frame's length stays right.
      for (let at = frame.indexOf(this.broker); at >= 0; at = frame.indexOf(this.broker, at + 1)) {
        this.proxy.copy(frame, at);
      }
      frames.push({ bytes: frame, apiKey });
    }
    return frames;
  }

  private next(side: 'asked' | 'answered'): Buffer | undefined {
    const buffer = this[side];
    if (buffer.length < 4) return undefined;
    const length = 4 + buffer.readInt32BE(0);
    if (buffer.length < length) return undefined;
    this[side] = buffer.subarray(length);
    return Buffer.from(buffer.subarray(0, length));
  }
}

/** How a broker on this machine names itself in its answers: host, then port as four bytes. */
function named(port: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(port);
  return Buffer.concat([Buffer.from('127.0.0.1'), bytes]);
}
