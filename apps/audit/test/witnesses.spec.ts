import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Drain, Metrics, Scheduler } from '@qiongtong/platform';
import { parseWitnesses, type Witness } from '../src/log/domain/cosignature';
import { keyHash, openNote, signedText } from '../src/log/domain/note';
import { LogMetrics } from '../src/log/log.metrics';
import { LogStore } from '../src/log/log.store';
import { ProofStore } from '../src/log/proof.store';
import { Witnesses1798600000002 } from '../src/migrations/1798600000002-witnesses';
import { WitnessClient } from '../src/witnesses/witness.client';
import { WitnessStore } from '../src/witnesses/witness.store';
import { WitnessesService } from '../src/witnesses/witnesses.service';
import { Witnesses, Witnessing } from '../src/witnesses/witnessing';
import { facts } from './facts';
import { LogDatabase } from './log-database';

jest.setTimeout(60_000);

type Asked = Readonly<{ old: number; proof: string[]; note: string; size: number }>;

/** A witness that says what a test wants it to; that it is one of the protocol the reference one shows in `e2e/`. */
class AWitness {
  readonly asked: Asked[] = [];
  seen = 0;
  says: ((asked: Asked, response: ServerResponse) => void) | null = null;
  private constructor(
    readonly name: string,
    private readonly privateKey: KeyObject,
    private readonly raw: Buffer,
    private readonly server: Server,
  ) {}

  static async start(name: string): Promise<AWitness> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const [head = '', note = ''] = body.split('\n\n').flatMap((part, i) => (i === 0 ? [part] : [body.slice(body.indexOf('\n\n') + 2)])); // prettier-ignore
        const [old = '', ...proof] = head.split('\n');
        witness.answer({ old: Number(old.slice(4)), proof, note, size: Number(note.split('\n')[1]) }, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const witness = new AWitness(name, privateKey, publicKey.export({ type: 'spki', format: 'der' }).subarray(12), server); // prettier-ignore
    return witness;
  }

  get line(): string {
    const key = `${this.name}+${keyHash(this.name, this.raw, Buffer.of(4)).toString('hex')}+${Buffer.concat([Buffer.of(4), this.raw]).toString('base64')}`; // prettier-ignore
    return `${key} http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answer(asked: Asked, response: ServerResponse): void {
    this.asked.push(asked);
    if (this.says) return this.says(asked, response);
    if (asked.old !== this.seen) return void response.writeHead(409).end(`${this.seen}\n`);
    this.seen = asked.size;
    response.end(`${this.sign(asked.note)}\n`);
  }

  sign(note: string): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(1_800_000_000n);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1800000000\n${signedText(note)}`), this.privateKey);
    return `\u2014 ${this.name} ${Buffer.concat([keyHash(this.name, this.raw, Buffer.of(4)), time, signature]).toString('base64')}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

describe('[R14.9] the witnesses of the log', () => {
  let log: LogDatabase;
  let one: AWitness;
  let two: AWitness;
  let witnessing: Witnessing;
  let service: WitnessesService;
  let sealed = 0;
  const seal = async (count: number): Promise<void> => {
    await log.sealer().seal(facts(sealed + 1, sealed + count), () => Promise.resolve());
    sealed += count;
  };
  const problems = () =>
    log.query<{ data: object }>(
      `SELECT value::jsonb AS data FROM outbox WHERE headers->>'ce_type' = 'audit.witness-problem-found.v1' ORDER BY id`,
    );
  const known = async (name: string) => (await service.all()).witnesses.find((witness) => witness.name === name)!;

  beforeEach(async () => {
    log = await LogDatabase.create([Witnesses1798600000002]);
    [one, two] = await Promise.all([AWitness.start('w.example/1'), AWitness.start('w.example/2')]);
    sealed = 0;
    await log.sealer().begin(() => Promise.resolve(), null);
    const witnesses = new Witnesses(parseWitnesses(`${one.line}\n${two.line}`) as Witness[]);
    const scheduler = new Scheduler(log.dataSource, log.clock, new Metrics(), new Drain());
    const [store, entries, metrics] = [new WitnessStore(), new LogStore(), new LogMetrics(new Metrics())];
    const proofs = new ProofStore();
    witnessing = new Witnessing(
      ...[log.dataSource, log.work(), store, entries, proofs, new WitnessClient(), witnesses, metrics, log.clock, scheduler] as const, // prettier-ignore
    );
    service = new WitnessesService(log.dataSource, store, entries, witnesses);
  });
  afterEach(async () => {
    await Promise.all([one.stop(), two.stop()]);
    await log.close();
  });

  it('sign each newest checkpoint from what they have seen on, and are asked for none twice', async () => {
    await witnessing.offer();
    expect(one.asked).toEqual([]);
    await seal(3);
    await witnessing.offer();
    await witnessing.offer();
    await seal(300);
    await witnessing.offer();
    expect(one.asked.map(({ old, size }) => [old, size])).toEqual([
      [0, 3],
      [3, 303],
    ]);
    expect(one.asked[1]!.proof.length).toBeGreaterThan(3);
    for (const { name } of [one, two]) {
      const { checkpoint, size, signedAt, problem } = await known(name);
      expect([size, signedAt, problem]).toEqual([303, '2027-01-15T08:00:00.000Z', null]);
      expect(openNote(checkpoint!, log.key.verifierKey)?.size).toBe(303);
      expect(checkpoint).toContain(`\n\u2014 ${name} `);
    }
    expect(await problems()).toEqual([]);
  });

  it('are met where they are, when this side forgot or a signature was lost on its way', async () => {
    await seal(5);
    one.says = (asked, response) => {
      one.seen = asked.size;
      response.destroy();
    };
    await witnessing.offer();
    one.says = null;
    expect(await known(one.name)).toMatchObject({ size: null, problem: 'UNREACHABLE' });
    await seal(5);
    await witnessing.offer();
    expect(one.asked.map(({ old, size }) => [old, size])).toEqual([
      [0, 5],
      [0, 10],
      [5, 10],
    ]);
    expect(await known(one.name)).toMatchObject({ size: 10, problem: null, problemSince: null });
  });

  it.each<[string, NonNullable<AWitness['says']>, object]>([
    ['that have seen another past', (_, r) => r.writeHead(422).end(), { problem: 'DISAGREES' }],
    [
      'that have seen more of it than there is',
      (_, r) => r.writeHead(409).end('4000\n'),
      { problem: 'AHEAD', seen: 4000 },
    ],
    ['that do not know it', (_, r) => r.writeHead(404).end(), { problem: 'REFUSES' }],
    ['that are away', (_, r) => r.destroy(), { problem: 'UNREACHABLE' }],
    ['that are overloaded', (_, r) => r.writeHead(429).end(), { problem: 'UNREACHABLE' }],
    ['that lead elsewhere', (_, r) => r.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), { problem: 'UNREACHABLE' }], // prettier-ignore
    ['that answer without end', (_, r) => r.end('x'.repeat(1_000_000)), { problem: 'UNREACHABLE' }],
    ['that sign something else', (_, r) => r.end('\u2014 w.example/1 AAAA\n'), { problem: 'REFUSES' }],
    ['that name no size', (_, r) => r.writeHead(409).end('many'), { problem: 'REFUSES' }],
  ])('%s are said once and keep none of the others from signing', async (_, says, expected) => {
    await seal(7);
    one.says = says;
    await witnessing.offer();
    await witnessing.offer();
    expect((await problems()).map(({ data }) => data)).toEqual([
      { witness: one.name, size: 7, seen: null, ...expected },
    ]);
    expect(await known(two.name)).toMatchObject({ size: 7, problem: null });
    one.says = null;
    await witnessing.offer();
    expect(await known(one.name)).toMatchObject({ size: 7, problem: null });
  });
});
