import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNote } from './domain/note';
import { sha256 } from './domain/hashing';
import { SigningKey } from './signing-key';

/** Written by `openssl genpkey -algorithm SM2`. */
const SM2_PEM = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQg3SuW3EYs6kyPMpCL
0I21GH/4/Yun50GaWZG9isoVfDShRANCAAQ5KAPLtADALHkRDKJDJAznYWk1r0Q3
LVOfPCd2IXnk2IC+26n5+JhYmON8L0/lgm5qg1suDW7ipgJQtvda4DfW
-----END PRIVATE KEY-----
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signing-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the signing key [R14.9]', () => {
  it('is never made in production', () => {
    expect(() => SigningKey.fromFile('a/b', join(folder, 'key.pem'), false)).toThrow('SIGNING_KEY_FILE cannot be read');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is made once in embedded mode, readable by its owner alone, and then kept', () => {
    const file = join(folder, 'deeper', 'key.pem');
    const first = SigningKey.fromFile('a/b', file, true);
    expect(SigningKey.fromFile('a/b', file, true).verifierKey).toBe(first.verifierKey);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deeper'))).toEqual(['key.pem']);
  });

  it('signs what its public key opens', () => {
    const key = SigningKey.fromFile('a/b', join(folder, 'key.pem'), true);
    const head = { size: 1, root: sha256() };
    expect(openNote(key.sign(head), key.verifierKey)).toEqual(head);
  });

  it.each([
    ['what is no key', 'secret-content'],
    [
      'a key of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ])('is not %s, and the error shows nothing of it', (_, content) => {
    const file = join(folder, 'key.pem');
    writeFileSync(file, content);
    const open = () => SigningKey.fromFile('a/b', file, true);
    expect(open).toThrow('SIGNING_KEY_FILE');
    expect(open).not.toThrow(String(content).slice(0, 10));
  });

  it('is joined by an SM2 key from a file of its own, whose signature is a second line that others pass over', () => {
    const file = join(folder, 'sm2.pem');
    writeFileSync(file, SM2_PEM);
    const alone = SigningKey.fromFile('a/b', join(folder, 'key.pem'), true);
    const key = SigningKey.fromFile('a/b', join(folder, 'key.pem'), true, file);
    const head = { size: 1, root: sha256() };
    expect([alone.sm2VerifierKey, alone.sign(head).match(/\u2014 /gu)]).toEqual([null, ['\u2014 ']]);
    expect(key.sign(head).match(/\u2014 a\/b /gu)).toHaveLength(2);
    expect(openNote(key.sign(head), key.verifierKey)).toEqual(head);
    expect(key.sm2VerifierKey).toMatch(/^a\/b\+[0-9a-f]{8}\+\/3Fpb25n/);
  });

  it.each([
    ['what is no key', 'secret-content'],
    [
      'a key of another curve',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ])('takes as SM2 key not %s', (_, content) => {
    const file = join(folder, 'sm2.pem');
    writeFileSync(file, content);
    expect(() => SigningKey.fromFile('a/b', join(folder, 'key.pem'), true, file)).toThrow('SM2_KEY_FILE does not hold');
    expect(() => SigningKey.fromFile('a/b', join(folder, 'key.pem'), true, join(folder, 'none'))).toThrow('SM2_KEY_FILE cannot be read'); // prettier-ignore
  });
});
