import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sm2 } from 'sm-crypto-v2';
import { aKey, leafOf, ORIGIN, sha256 } from './by-hand';

const key = aKey();
const entries = Array.from({ length: 11 }, (_, index) => JSON.stringify({ data: `事实 ${index}\u2028`, index, v: 1 }));
const hashes = entries.map(leafOf);
const lines = entries.map((entry, index) =>
  JSON.stringify({ index, leafHash: leafOf(entry).toString('base64'), entry }),
);
const header = (checkpoint = key.note(hashes), publicKey = key.text, origin = ORIGIN): string =>
  JSON.stringify({ origin, publicKey, checkpoint });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, content: string, ...options: readonly string[]): { status: number | null; text: string } {
  const file = join(folder, 'input');
  writeFileSync(file, content);
  const child = spawnSync(process.execPath, [join(__dirname, 'verify.mjs'), command, file, ...options], {
    encoding: 'utf8',
  });
  return { status: child.status, text: child.stdout + child.stderr };
}
const verifyLog = (...all: readonly string[]) => run('log', `${all.join('\n')}\n`, '--key', key.text);

describe('the offline verify command: log [R14.9]', () => {
  it('accepts an export as it was written', () => {
    const { status, text } = verifyLog(header(), ...lines);
    expect(text).toContain('OK: 11 entries');
    expect(status).toBe(0);
  });

  it('accepts the export of an empty log', () => {
    expect(verifyLog(header(key.note([]))).status).toBe(0);
  });

  it('says that it trusted the key in the export when it was given none', () => {
    const { status, text } = run('log', `${[header(), ...lines].join('\n')}\n`);
    expect(text).toContain('key taken from the export');
    expect(status).toBe(0);
  });

  it.each([0, 4, 10])('names entry %d when one byte of its content is changed', (index) => {
    const { status, text } = verifyLog(header(), ...lines.with(index, (lines[index] ?? '').replace('事实', '事买')));
    expect(text).toContain(`entry ${index} (line ${index + 2}): its content does not match its leaf hash`);
    expect(text.match(/entry \d+/g)).toEqual([`entry ${index}`]);
    expect(status).toBe(1);
  });

  it('names an entry that is missing inside or at the end', () => {
    expect(verifyLog(header(), ...lines.toSpliced(3, 1)).text).toContain('entry 3: missing');
    expect(verifyLog(header(), ...lines.toSpliced(3, 4)).text).toContain('entries 3 to 6: missing');
    expect(verifyLog(header(), ...lines.slice(0, 10)).text).toContain('entry 10: missing');
    expect(verifyLog(header(), ...lines.slice(0, 10)).status).toBe(1);
  });

  it('names entries that changed places', () => {
    const { status, text } = verifyLog(header(), ...lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''));
    expect(text).toContain('entry 3 (line 6): out of order');
    expect(text).not.toContain('missing');
    expect(status).toBe(1);
  });

  it('names an entry that was added in the middle or at the end', () => {
    expect(verifyLog(header(), ...lines.toSpliced(3, 0, lines[2] ?? '')).text).toContain('entry 2 (line 5): added');
    const entry = JSON.stringify({ index: 11 });
    const more = JSON.stringify({ index: 11, leafHash: leafOf(entry).toString('base64'), entry });
    const { status, text } = verifyLog(header(), ...lines, more);
    expect(text).toContain('entry 11: added after the checkpoint');
    expect(status).toBe(1);
  });

  it('finds content and leaf hash changed together by the signed root', () => {
    const entry = (entries[5] ?? '').replace('事实', '事买');
    const forged = JSON.stringify({ index: 5, leafHash: leafOf(entry).toString('base64'), entry });
    const { status, text } = verifyLog(header(), ...lines.with(5, forged));
    expect(text).toContain('changed together');
    expect(status).toBe(1);
  });

  it('does not take a whole other log with another key, size or root', () => {
    const other = aKey();
    expect(verifyLog(header(other.note(hashes), other.text), ...lines).text).toContain('signature');
    expect(verifyLog(header(key.note(hashes).replace('\n11\n', '\n10\n')), ...lines).text).toContain('signature');
    expect(verifyLog(header(undefined, undefined, 'elsewhere'), ...lines).status).toBe(1);
    expect(verifyLog('nonsense', ...lines).status).toBe(1);
    expect(run('log', '').status).toBe(1);
  });

  it('verifies against a checkpoint that was kept elsewhere', () => {
    const kept = join(folder, 'kept');
    writeFileSync(kept, key.note(hashes.with(2, sha256())));
    const all = `${[header(), ...lines].join('\n')}\n`;
    expect(run('log', all, '--key', key.text, '--checkpoint', kept).status).toBe(1);
    writeFileSync(kept, key.note(hashes));
    expect(run('log', all, '--key', key.text, '--checkpoint', kept).status).toBe(0);
  });
});

describe('the offline verify command: proof and consistency [R14.9]', () => {
  // Entry 2 in a tree of four: its neighbour, then the pair on the left.
  const four = hashes.slice(0, 4);
  const proof = [hashes[3], sha256(Buffer.of(1), hashes[0] ?? '', hashes[1] ?? '')].map((h) => h?.toString('base64'));
  const access = { checkpoint: key.note(four), entries: [{ index: 2, entry: entries[2], proof }] };
  const prove = (answer: object) => run('proof', JSON.stringify(answer), '--key', key.text);

  it('accepts an entry whose proof leads to the signed root', () => {
    const { status, text } = prove(access);
    expect(text).toContain('OK: entry 2 in the log of 4 entries');
    expect(status).toBe(0);
  });

  it.each([
    ['another content', { ...access, entries: [{ index: 2, entry: `${entries[2]} `, proof }] }],
    ['another index', { ...access, entries: [{ index: 1, entry: entries[2], proof }] }],
    ['a shorter proof', { ...access, entries: [{ index: 2, entry: entries[2], proof: proof.slice(1) }] }],
    ['no proof', { ...access, entries: [{ index: 2, entry: entries[2] }] }],
    ['no entry', { ...access, entries: [] }],
    ['the checkpoint of another log', { ...access, checkpoint: aKey().note(four) }],
    ['a checkpoint of another root', { ...access, checkpoint: key.note(hashes.slice(0, 5)) }],
  ])('does not accept %s', (_, answer) => expect(prove(answer).status).toBe(1));

  it('accepts a log that was extended and no log that was rewritten', () => {
    const two = hashes.slice(0, 2);
    const right = sha256(Buffer.of(1), hashes[2] ?? '', hashes[3] ?? '').toString('base64');
    const answer = { older: key.note(two), newer: key.note(four), proof: [right] };
    const check = (changes: object) =>
      run('consistency', JSON.stringify({ ...answer, ...changes }), '--key', key.text).status;
    expect(check({})).toBe(0);
    expect(check({ older: key.note(two.toReversed()) })).toBe(1);
    expect(check({ newer: key.note(two), older: key.note(four) })).toBe(1);
    expect(check({ proof: [] })).toBe(1);
    expect(check({ older: key.note([]), proof: [] })).toBe(0);
  });

  it('explains itself when called wrongly', () => {
    expect(run('proof', '{}').status).toBe(2);
    expect(run('prove', '{}', '--key', key.text).text).toContain('Verifies the audit log offline');
    expect(run('log', '{}', '--key').status).toBe(2);
  });
});

describe('the offline verify command: the second signature, by SM2 [R14.9]', () => {
  // The key pair of the example in GB/T 32918.5, appendix A.
  const secret = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8';
  const point = Buffer.from(sm2.getPublicKeyFromPrivateKey(secret), 'hex');
  const encoded = Buffer.concat([Buffer.of(0xff), Buffer.from('qiongtong/sm2-sm3/v1'), point]);
  const id = sha256(`${ORIGIN}\n`, encoded).subarray(0, 4);
  const sm2Key = `${ORIGIN}+${id.toString('hex')}+${encoded.toString('base64')}`;
  const text = key.note(hashes).split('\n\n')[0]! + '\n';
  const signature = Buffer.from(sm2.doSignature(Buffer.from(text), secret, { hash: true }), 'hex');
  const note = (bytes = signature) =>
    `${key.note(hashes)}\u2014 ${ORIGIN} ${Buffer.concat([id, bytes]).toString('base64')}\n`;
  const verify = (checkpoint: string, ...options: readonly string[]) =>
    run('log', `${[header(checkpoint), ...lines].join('\n')}\n`, '--key', key.text, ...options);

  it('is asked for when its key is given, and passed over when it is not', () => {
    expect(point.toString('hex')).toBe(
      '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
        'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    );
    expect(verify(note(), '--sm2', sm2Key)).toMatchObject({ status: 0 });
    expect(verify(note())).toMatchObject({ status: 0 });
    expect(verify(key.note(hashes), '--sm2', sm2Key)).toMatchObject({
      status: 1,
      text: expect.stringContaining('the SM2 signature of the checkpoint is missing') as string,
    });
  });

  it.each([0, 31, 32, 63])('does not hold with its byte %i changed', (at) => {
    const changed = Buffer.from(signature);
    changed[at]! ^= 1;
    expect(verify(note(changed), '--sm2', sm2Key)).toMatchObject({ status: 1 });
    expect(verify(note(changed))).toMatchObject({ status: 0 });
  });

  it('holds under no other key, and under nothing that is no point of the curve', () => {
    const keyOf = (bytes: Buffer) =>
      `${ORIGIN}+${sha256(`${ORIGIN}\n`, bytes).subarray(0, 4).toString('hex')}+${bytes.toString('base64')}`;
    const other = Buffer.from(sm2.getPublicKeyFromPrivateKey(secret.replace('39', '49')), 'hex');
    const off = Buffer.from(encoded);
    off[off.length - 1]! ^= 1;
    expect(verify(note(), '--sm2', keyOf(Buffer.concat([encoded.subarray(0, 21), other])))).toMatchObject({
      status: 1,
    });
    expect(verify(note(), '--sm2', keyOf(off)).text).toContain('no point of the curve');
    expect(verify(note(), '--sm2', key.text).text).toContain('is not one of a log');
  });
});
