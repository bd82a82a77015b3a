import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sm2 } from 'sm-crypto-v2';

const ORIGIN = 'qiongtong/test';
const sha256 = (...parts: readonly (Buffer | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const idOf = (encoded: Buffer): Buffer => sha256(`${ORIGIN}\n`, encoded).subarray(0, 4);
const textOf = (encoded: Buffer): string => `${ORIGIN}+${idOf(encoded).toString('hex')}+${encoded.toString('base64')}`;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const ed25519 = Buffer.concat([Buffer.of(1), publicKey.export({ type: 'spki', format: 'der' }).subarray(12)]);
const pair = sm2.generateKeyPairHex();
const second = Buffer.concat([
  Buffer.of(0xff),
  Buffer.from('qiongtong/sm2-sm3/v1'),
  Buffer.from(pair.publicKey, 'hex'),
]);

/** An export of a log of two entries, made by hand. */
const entries = ['第一条', '第二条'].map((data, index) => JSON.stringify({ data, index, v: 1 }));
const leaves = entries.map((entry) => sha256(Buffer.of(0), entry));
const signed = `${ORIGIN}\n2\n${sha256(Buffer.of(1), ...leaves).toString('base64')}\n`;
const line = (id: Buffer, signature: Buffer): string =>
  `\u2014 ${ORIGIN} ${Buffer.concat([id, signature]).toString('base64')}\n`;
const note =
  `${signed}\n${line(idOf(ed25519), sign(null, Buffer.from(signed), privateKey))}` +
  line(idOf(second), Buffer.from(sm2.doSignature(Buffer.from(signed), pair.privateKey, { hash: true }), 'hex'));
const exported = `${[
  JSON.stringify({ origin: ORIGIN, publicKey: textOf(ed25519), checkpoint: note }),
  ...entries.map((entry, index) => JSON.stringify({ index, leafHash: leaves[index]!.toString('base64'), entry })),
].join('\n')}\n`;

type Case = Readonly<{ content: string; key?: string; sm2?: string; checkpoint?: string }>;
type Result = Readonly<{ status: number; text: string; chinese: string }>;

describe('the page that verifies in a browser [R14.9]', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-browser-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** By the page's own script, where nothing of Node is to be had. */
  function inABrowser(...cases: readonly Case[]): Result[] {
    const asked = cases.map(({ content, key = textOf(ed25519), ...more }, i) => {
      const file = join(folder, `chosen-${i}`);
      writeFileSync(file, content);
      return { file, key, ...more };
    });
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--experimental-vm-modules', join(__dirname, 'in-a-browser.mjs')],
      { encoding: 'utf8', input: JSON.stringify(asked) },
    );
    if (stdout === '') throw new Error(stderr.slice(-2000));
    return JSON.parse(stdout) as Result[];
  }
  function byTheCommand({ content, key = textOf(ed25519), sm2: more }: Case): Pick<Result, 'status' | 'text'> {
    const file = join(folder, 'chosen');
    writeFileSync(file, content);
    const options = ['--key', key, ...(more === undefined ? [] : ['--sm2', more])];
    const child = spawnSync(process.execPath, [join(__dirname, '../verify.mjs'), 'log', file, ...options], {
      encoding: 'utf8',
    });
    return { status: child.status!, text: (child.stdout + child.stderr).trimEnd() };
  }

  it('says what the command says, of a good export and of each that is not', () => {
    const other = textOf(Buffer.concat([Buffer.of(1), randomBytes(32)]));
    const cases: Case[] = [
      { content: exported },
      { content: exported, sm2: textOf(second) },
      { content: exported, key: other },
      { content: exported, sm2: textOf(Buffer.concat([second.subarray(0, 21), Buffer.from(sm2.generateKeyPairHex().publicKey, 'hex')])) }, // prettier-ignore
      { content: exported.replace('第二条', '第三条') },
      { content: exported.slice(0, exported.lastIndexOf('{')) },
    ];
    const results = inABrowser(...cases);
    expect(results.map(({ status, text }) => ({ status, text }))).toEqual(cases.map(byTheCommand));
    expect(results.map(({ status }) => status)).toEqual([0, 0, 1, 1, 1, 1]);
    expect(results[0]!.text).toMatch(/^OK: 2 entries/);
    expect(results[4]!.text).toContain('entry 1 (line 3): its content does not match its leaf hash');
  });

  it('says it in Chinese', () => {
    const [good, changed, none] = inABrowser(
      { content: exported },
      { content: exported.replace('第二条', '第三条') },
      { content: 'what is this' },
    );
    expect(good!.chinese).toMatch(/^验证通过:共 2 条,根散列 \S+,由 qiongtong\/test 签名/);
    expect(changed!.chinese).toContain('第 1 条(第 3 行):内容与其散列不符');
    expect([none!.status, none!.chinese]).toEqual([2, '这不是证据包、证明或日志导出文件。']);
  });

  it('takes the key also as the service answers it, and a checkpoint kept elsewhere', () => {
    const answer = JSON.stringify({ origin: ORIGIN, key: textOf(ed25519), sm2Key: textOf(second) });
    const shorter = `${ORIGIN}\n1\n${leaves[0]!.toString('base64')}\n`;
    const kept = `${shorter}\n${line(idOf(ed25519), sign(null, Buffer.from(shorter), privateKey))}`;
    const results = inABrowser(
      { content: exported, key: answer, sm2: answer },
      { content: exported, checkpoint: note.trim() },
      { content: exported, checkpoint: kept.trim() },
    );
    expect(results.map(({ status }) => status)).toEqual([0, 0, 1]);
    expect(results[2]!.text).toContain('entry 1: added after the checkpoint');
  });

  it('has SM3 as Node has it, at every length of its padding', () => {
    const lengths = [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 200, 1000];
    const messages = lengths.map((length) => randomBytes(length).toString('hex'));
    const code = `import { sm3 } from ${JSON.stringify(join(__dirname, 'sm3.mjs'))};
      console.log(${JSON.stringify(messages)}.map((m) => Buffer.from(sm3(Buffer.from(m, 'hex'))).toString('hex')).join(' '));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect(stdout.trim().split(' ')).toEqual(
      messages.map((message) => createHash('sm3').update(Buffer.from(message, 'hex')).digest('hex')),
    );
  });

  it('is one file, which may load nothing and send nothing', () => {
    const file = join(folder, 'index.html');
    spawnSync(process.execPath, [join(__dirname, 'build.mjs'), file]);
    const html = readFileSync(file, 'utf8');
    const [, policy = ''] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(html) ?? [];
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; img-src data:;/);
    for (const [tag, name] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const [, content = ''] = new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`).exec(html) ?? [];
      expect(policy).toContain(`${name} 'sha256-${sha256(content).toString('base64')}'`);
    }
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="(?!data:,")/);
  });
});
