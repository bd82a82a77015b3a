import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { ADMINISTRATOR, DEPARTMENTS, officerOf, ORGANS, reviewerOf } from './province/bodies';
import { Province } from './province/province';
import { register } from './province/registers';

jest.setTimeout(420_000);

const TOOLS = resolve(__dirname, '../tools');
const CHECKER = 'github.com/transparency-dev/tessera/cmd/fsck';
const auditor = officerOf('sjt');
const OTHER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
/** Written by `openssl genpkey -algorithm SM2`. */
const SM2_PEM = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQg3SuW3EYs6kyPMpCL
0I21GH/4/Yun50GaWZG9isoVfDShRANCAAQ5KAPLtADALHkRDKJDJAznYWk1r0Q3
LVOfPCd2IXnk2IC+26n5+JhYmON8L0/lgm5qg1suDW7ipgJQtvda4DfW
-----END PRIVATE KEY-----
`;
const ACCEPTED = "Successfully fsck'd log";
const run = promisify(execFile);

type Ran = Readonly<{ status: number; text: string }>;
const ran = async (file: string, args: readonly string[], input = ''): Promise<Ran> => {
  const started = run(file, [...args], { timeout: 120_000, maxBuffer: 10_000_000 });
  started.child.stdin!.end(input);
  return started.then(
    ({ stdout, stderr }) => ({ status: 0, text: stdout + stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string }) => ({
      status: typeof error.code === 'number' ? error.code : -1,
      text: `${error.stdout ?? ''}${error.stderr ?? ''}`,
    }),
  );
};

/** Where a Chromium is; null where there is none. */
function browser(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = names.flatMap((name) => (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name))).find((path) => existsSync(path)); // prettier-ignore
  if (found === undefined)
    process.stderr.write('The page that verifies was not opened in a browser: no Chromium is here\n');
  return found ?? null;
}

/** The reference implementation's own programs; null where there is no Go, or its modules cannot be had. */
function referenceTools(folder: string): Readonly<{ fsck: string; tlog: string; witness: string }> | null {
  const built = spawnSync('go', ['build', '-o', `${folder}/`, '.', './witness', CHECKER], {
    cwd: join(TOOLS, 'tlog'),
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (built.status === 0)
    return { fsck: join(folder, 'fsck'), tlog: join(folder, 'tlog'), witness: join(folder, 'witness') };
  process.stderr.write(`The reference checker of the log did not run: ${built.error?.message ?? built.stderr}\n`);
  return null;
}

describe('[R14.9] the log for whoever does not trust us', () => {
  let province: Province;
  let folder: string;
  let key: string;
  let sm2Key: string;
  let files: string;
  let reference: ReturnType<typeof referenceTools>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiongtong-reference-'));
    reference = referenceTools(folder);
    const witnesses = join(folder, 'witnesses');
    writeFileSync(witnesses, '# none yet\n');
    writeFileSync(join(folder, 'sm2.pem'), SM2_PEM);
    const env = { WITNESSES_FILE: witnesses, SM2_KEY_FILE: join(folder, 'sm2.pem') };
    province = await Province.start({ name: 'journey-log-files', env: { audit: env } });
    files = join(province.platform.instance.path('audit'), 'log');
    await Promise.all([...ORGANS, DEPARTMENTS.mzt, DEPARTMENTS.ybj].map((body) => register(province, body)));
    // More than one tile of entries: every page that is read is an entry itself.
    for (let n = 0; n < 30; n += 1)
      await Promise.all(Array.from({ length: 10 }, () => province.done(auditor, 'GET', '/v1/audit/entries?limit=1')));
    await province.eventually('two tiles', async () => (await size()) > 300);
    ({ key, sm2Key } = (await province.call(null, 'GET', '/v1/audit/key')).body as { key: string; sm2Key: string });
    writeFileSync(join(folder, 'key'), key);
    writeFileSync(join(folder, 'other-key'), OTHER_KEY);
  });
  afterAll(async () => {
    await province?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const size = async (): Promise<number> =>
    Number((await province.call(null, 'GET', '/v1/audit/checkpoint')).body['size']);
  const fsck = (url: string, ...more: string[]): Promise<Ran> =>
    ran(reference!.fsck, [
      `-storage_url=${url}`,
      `-public_key=${join(folder, 'key')}`,
      '-ui=false',
      '-logtostderr',
      ...more,
    ]);

  it('is given out as tiles: hashes to anybody, entries to who reads the whole log, for caches to keep', async () => {
    const { gatewayUrl } = province.platform;
    const get = async (path: string, token: string | null = null) => {
      const answer = await fetch(`${gatewayUrl}/audit/log/${path}`, token === null ? {} : { headers: { authorization: `Bearer ${token}` } }); // prettier-ignore
      const bytes = Buffer.from(await answer.arrayBuffer());
      return { status: answer.status, cache: answer.headers.get('cache-control'), type: answer.headers.get('content-type'), bytes }; // prettier-ignore
    };
    const checkpoint = await get('checkpoint');
    expect(checkpoint).toMatchObject({ status: 200, cache: 'no-cache', type: 'text/plain; charset=utf-8' });
    const tile = await get('tile/0/000');
    expect(tile).toMatchObject({
      status: 200,
      cache: 'public, max-age=31536000, immutable',
      type: 'application/octet-stream',
    });
    expect(tile.bytes).toHaveLength(256 * 32);
    // What was a narrower one is what the tile began with.
    expect((await get('tile/0/000.p/7')).bytes).toEqual(tile.bytes.subarray(0, 7 * 32));
    for (const path of ['tile/0/999', 'tile/9/000', 'tile/0/000.p/256', 'tile/0/0', 'tile/x', 'tile/0/..%2f000'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);

    const entries = await get('tile/entries/000', await province.officer(ADMINISTRATOR));
    expect(entries).toMatchObject({ status: 200, cache: 'private, max-age=31536000, immutable' });
    const length = entries.bytes.readUInt16BE(0);
    expect(JSON.parse(entries.bytes.toString('utf8', 2, 2 + length))).toMatchObject({ index: 0 });
    expect((await get('tile/entries/000')).status).toBe(401);
    expect((await get('tile/entries/000', await province.officer(reviewerOf('mzt')))).status).toBe(403);
    // That the bundle was read is an entry of its own.
    await province.eventually('the reading in the log', async () => {
      const { items } = await province.done(auditor, 'GET', `/v1/audit/search?actor=${ADMINISTRATOR}&type=audit.log-read.v1&limit=100`); // prettier-ignore
      return JSON.stringify(items).includes('\\"asked\\":{\\"before\\":256,\\"from\\":0}');
    });
  });

  it('is signed a second time by SM2, which the offline command asks for and the reference libraries pass over', async () => {
    const note = (await (await fetch(`${province.platform.gatewayUrl}/audit/log/checkpoint`)).text()).split('\n');
    expect(note.filter((line) => line.startsWith('\u2014 '))).toHaveLength(2);
    const entry = await province.done(auditor, 'GET', '/v1/audit/entries/1');
    const verify = (checkpoint: unknown) => {
      writeFileSync(join(folder, 'entry.json'), JSON.stringify({ ...entry, checkpoint }));
      return ran(process.execPath, [
        ...[join(TOOLS, 'verify/verify.mjs'), 'proof', join(folder, 'entry.json')],
        ...['--key', key, '--sm2', sm2Key],
      ]);
    };
    expect(await verify(entry['checkpoint'])).toMatchObject({ status: 0 });
    const alone = String(entry['checkpoint']).replace(/\u2014 .+\n$/u, '');
    expect((await verify(alone)).text).toContain('the SM2 signature of the checkpoint is missing');
    if (!reference) return;
    for (const checkpoint of [entry['checkpoint'], alone])
      expect(await ran(reference.tlog, ['inclusion', key], JSON.stringify({ ...entry, checkpoint }))).toEqual({
        status: 0,
        text: 'OK\n',
      });
  });

  it('stands as plain files that verify without any of our services, and a changed byte in them is named', async () => {
    const verify = () => ran(process.execPath, [join(TOOLS, 'verify/verify.mjs'), 'folder', files, '--key', key]);
    await province.eventually('the files', async () => Promise.resolve(existsSync(join(files, 'tile/entries/000'))));
    // They are written on while they are read: what is looked at is one moment of them.
    const whole = await province.eventually('a whole copy', async () => {
      const looked = await verify();
      return looked.status === 0 && looked;
    });
    expect(whole.text).toMatch(/^OK: \d+ entries in files/);
    if (!reference) return;
    const checked = await fsck(`file://${files}/`);
    expect([checked.status, checked.text]).toEqual([0, expect.stringContaining(ACCEPTED)]);

    // Not so under the key of another log.
    const other = await fsck(`file://${files}/`, `-public_key=${join(folder, 'other-key')}`);
    expect(other.text).not.toContain(ACCEPTED);

    const bundle = join(files, 'tile/entries/000');
    const original = readFileSync(bundle);
    const changed = Buffer.from(original);
    changed[1000]! ^= 1;
    writeFileSync(bundle, changed);
    expect((await verify()).text).toMatch(/^WRONG: the log does not match[^]*entry \d+: its content/);
    writeFileSync(bundle, original);
  });

  it('is accepted over HTTP by the reference checker, and its proofs by the reference libraries', async () => {
    if (!reference) return;
    const checked = await fsck(`${province.platform.gatewayUrl}/audit/log/`, `-bearer_token=${await province.officer(auditor)}`); // prettier-ignore
    expect([checked.status, checked.text]).toEqual([0, expect.stringContaining(ACCEPTED)]);

    const older = await size();
    await province.done(auditor, 'GET', '/v1/audit/entries?limit=1');
    await province.eventually('a longer log', async () => (await size()) > older);
    for (const index of [0, 1, 255, 256, older - 1]) {
      const entry = await province.done(auditor, 'GET', `/v1/audit/entries/${index}`);
      expect(await ran(reference.tlog, ['inclusion', key], JSON.stringify(entry))).toEqual({ status: 0, text: 'OK\n' });
      const other = { ...entry, entry: `${String(entry['entry'])} ` };
      expect((await ran(reference.tlog, ['inclusion', key], JSON.stringify(other))).status).toBe(1);
    }
    const extends_ = await province.done(auditor, 'GET', `/v1/audit/proofs/consistency?from=${older}`);
    expect(await ran(reference.tlog, ['consistency', key], JSON.stringify(extends_))).toEqual({
      status: 0,
      text: 'OK\n',
    });
    const forged = { ...extends_, older: String(extends_['older']).replace(/\n\d+\n/, `\n${older - 1}\n`) };
    expect((await ran(reference.tlog, ['consistency', key], JSON.stringify(forged))).status).toBe(1);
  });

  it('is verified in a browser, by a page for anybody that sends nothing of what is chosen on it', async () => {
    const address = `${province.platform.gatewayUrl}/audit/verify`;
    const answer = await fetch(address);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect((await fetch(address, { headers: { 'if-none-match': answer.headers.get('etag')! } })).status).toBe(304);
    const executablePath = browser();
    if (executablePath === null) return;

    const token = await province.officer(auditor);
    const evidence = await fetch(`${province.platform.gatewayUrl}/v1/audit/evidence?about=mzt`, { headers: { authorization: `Bearer ${token}` } }); // prettier-ignore
    const zip = Buffer.from(await evidence.arrayBuffer());
    const changed = Buffer.from(zip);
    changed[changed.indexOf('"mzt')! + 1]! ^= 1;
    const chrome = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const page = await chrome.newPage({ locale: 'zh-CN', viewport: { width: 900, height: 900 } });
      const asked: string[] = [];
      let shots = 0;
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(address);
      const verified = async (buffer: Buffer): Promise<string | undefined> => {
        await page.locator('#file').setInputFiles({ name: 'evidence.zip', mimeType: 'application/zip', buffer });
        await page.locator('button[type=submit]').click();
        await page.locator('#result:not([hidden])').waitFor();
        await page.screenshot({ path: join(folder, `page-${(shots += 1)}.png`), fullPage: true });
        return page.locator('#result').innerText();
      };
      expect(await verified(zip)).toContain('请填写日志公钥');
      await page.locator('#key').fill(key);
      expect(await verified(zip)).toMatch(/验证通过[^]*与 mzt 有关的 \d+ 条事实/);
      expect(await verified(changed)).toMatch(/验证不通过[^]*证据包不成立/);
      await page.locator('summary').click();
      await page.locator('#sm2').fill(sm2Key);
      await page.locator('nav button[lang=en]').click();
      expect(await verified(zip)).toMatch(/It holds[^]*entries about mzt/);
      expect(asked.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
    } finally {
      await chrome.close();
    }
  });

  it('is witnessed by the reference witness, whose signature the offline command asks for', async () => {
    if (!reference) return;
    const name = 'witness.example/reference';
    const witness = spawn(reference.witness, [key, name], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [printed] = (await once(witness.stdout, 'data')) as [Buffer];
      const [url, witnessKey = ''] = printed.toString().trim().split(' ');
      writeFileSync(join(folder, 'witnesses'), `${witnessKey} ${url}\n`);
      await province.platform.restart('audit');
      const signed = await province.eventually('its signature', async () => {
        const { body } = await province.call(null, 'GET', '/v1/audit/witnesses');
        const [one] = (body['witnesses'] ?? []) as { name: string; key: string; size: number; checkpoint: string }[];
        // What it signed first is extended once: that needs a proof.
        return one !== undefined && one.size > 300 && one;
      });
      expect(signed).toMatchObject({ name, key: witnessKey });
      await province.done(auditor, 'GET', '/v1/audit/entries?limit=1');
      const longer = await province.eventually('the next signature', async () => {
        const { body } = await province.call(null, 'GET', '/v1/audit/witnesses');
        const [one] = body['witnesses'] as { size: number; checkpoint: string }[];
        return one!.size > signed.size && one;
      });

      const exported = (await province.asked(auditor, 'GET', '/v1/audit/log')).text;
      const [header = ''] = exported.split('\n');
      const lines = exported.split('\n').slice(1, longer.size + 1);
      writeFileSync(join(folder, 'log.ndjson'), [header, ...lines, ''].join('\n'));
      writeFileSync(join(folder, 'note'), longer.checkpoint);
      const verify = (note: string) =>
        ran(process.execPath, [
          ...[join(TOOLS, 'verify/verify.mjs'), 'log', join(folder, 'log.ndjson'), '--key', key],
          ...['--checkpoint', note, '--witness', witnessKey],
        ]);
      expect((await verify(join(folder, 'note'))).text).toMatch(new RegExp(`^OK: ${longer.size} entries`));
      writeFileSync(join(folder, 'alone'), longer.checkpoint.replace(/\u2014 witness.*\n/u, ''));
      expect((await verify(join(folder, 'alone'))).text).toContain(`the witness ${name} has not signed`);
    } finally {
      witness.kill();
    }
  });
});
