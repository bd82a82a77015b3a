import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { EMPTY_ROOT, sha256 } from './hashing';
import { isKeyName, openNote, signNote, verifierKey } from './note';

// The key pair of RFC 8032, section 7.1, test 1: a known key makes the signature a known answer.
const privateKey = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b657004220420' + '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const signer = { origin: 'qiongtong.example/log', privateKey };
const head = { size: 3, root: sha256(Buffer.from('root')) };
const key = verifierKey(signer);
const note = signNote(signer, head);

describe('the signed checkpoint [R14.9]', () => {
  it('names the log, its size and its root, then a line signed by the key', () => {
    const [origin, size, root, empty, line, end] = note.split('\n');
    expect([origin, size, root, empty, end]).toEqual([signer.origin, '3', head.root.toString('base64'), '', '']);
    const [dash, name, value] = (line ?? '').split(' ');
    expect([dash, name]).toEqual(['\u2014', signer.origin]);
    expect(Buffer.from(value ?? '', 'base64')).toHaveLength(4 + 64);
    expect(
      Buffer.from(value ?? '', 'base64')
        .subarray(0, 4)
        .toString('hex'),
    ).toBe(key.split('+')[1]);
  });

  it('carries the public key of the known key pair in the notation of signed notes', () => {
    const raw = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
    const hash = sha256(Buffer.from(`${signer.origin}\n`), Buffer.of(1), raw)
      .subarray(0, 4)
      .toString('hex');
    expect(key).toBe(`${signer.origin}+${hash}+${Buffer.concat([Buffer.of(1), raw]).toString('base64')}`);
  });

  it('opens with its key to the head that was signed', () => {
    expect(openNote(note, key)).toEqual(head);
    expect(openNote(signNote(signer, { size: 0, root: EMPTY_ROOT }), key)).toEqual({ size: 0, root: EMPTY_ROOT });
  });

  it.each([
    ['another size', note.replace('\n3\n', '\n4\n')],
    ['another root', note.replace(head.root.toString('base64'), sha256().toString('base64'))],
    ['another origin', note.replaceAll(signer.origin, 'elsewhere.example/log')],
    ['an added line', note.replace('\n\n', '\nmore\n\n')],
    ['a size with a leading zero', note.replace('\n3\n', '\n03\n')],
    ['no signature', `${note.split('\n\n')[0]}\n\n`],
    ['no text', ''],
  ])('does not open with %s', (_, text) => expect(openNote(text, key)).toBeNull());

  it('does not open with another key of the same name', () => {
    const other = verifierKey({ ...signer, privateKey: generateKeyPairSync('ed25519').privateKey });
    expect(openNote(note, other)).toBeNull();
    expect(openNote(note, 'no key')).toBeNull();
  });

  it('takes no name with a space or a plus sign', () => {
    expect(['a b', 'a+b', '', 'a\nb'].map(isKeyName)).toEqual([false, false, false, false]);
    expect(isKeyName(signer.origin)).toBe(true);
  });
});
