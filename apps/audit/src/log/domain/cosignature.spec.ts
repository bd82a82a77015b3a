import { generateKeyPairSync, sign } from 'node:crypto';
import { EMPTY_ROOT } from './hashing';
import { cosignatureOf, parseWitnesses, type Witness } from './cosignature';
import { keyHash, signedText, signNote } from './note';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(12);
const NAME = 'witness.example/one';
const KEY = `${NAME}+${keyHash(NAME, raw, Buffer.of(4)).toString('hex')}+${Buffer.concat([Buffer.of(4), raw]).toString('base64')}`;
const LOG_KEY = `${NAME}+${keyHash(NAME, raw).toString('hex')}+${Buffer.concat([Buffer.of(1), raw]).toString('base64')}`;
const URL = 'https://witness.example/path/';
const NOTE = signNote(
  { origin: 'qiongtong/test', privateKey: generateKeyPairSync('ed25519').privateKey },
  { size: 0, root: EMPTY_ROOT },
);

const lineOf = ({
  seconds = 1_800_000_000n,
  name = NAME,
  note = NOTE,
  hash = keyHash(NAME, raw, Buffer.of(4)),
} = {}): string => {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(seconds);
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${signedText(note)}`), privateKey);
  return `\u2014 ${name} ${Buffer.concat([hash, time, signature]).toString('base64')}`;
};

describe('[R14.9] witnesses', () => {
  it('are read one a line, with what stands between them', () => {
    const [one, ...others] = parseWitnesses(`# ours\n\n ${KEY}   ${URL} # the first\n`);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ name: NAME, key: KEY, url: 'https://witness.example/path' });
  });

  it.each([
    ['no address', KEY, 'line 1 has no address'],
    ['another scheme', `${KEY} file:///etc/passwd`, 'line 1 has no address'],
    ['more than that', `${KEY} ${URL} x`, 'line 1 has no address'],
    ['no key', `x ${URL}`, 'line 1 has no key'],
    ['a key of a log', `${LOG_KEY} ${URL}`, 'line 1 has no key'],
    ['a wrong hash', `\n${KEY.replace(/\+[0-9a-f]{8}\+/, '+00000000+')} ${URL}`, 'line 2: the key does not match'],
    ['one twice', `${KEY} ${URL}\n${KEY} ${URL}`, 'named twice'],
  ])('are refused with %s', (_, text, message) => expect(() => parseWitnesses(text)).toThrow(message));
});

describe('[R14.9] a cosignature', () => {
  const [witness] = parseWitnesses(`${KEY} ${URL}`) as [Witness];

  it('is found among what else was answered, with its time', () => {
    const answer = `\u2014 other.example AAAA\n${lineOf()}\n`;
    expect(cosignatureOf(witness, NOTE, answer)).toEqual({ line: lineOf(), at: new Date(1_800_000_000_000) });
  });

  it.each([
    ['nothing', ''],
    ['of another note', lineOf({ note: NOTE.replace('\n0\n', '\n1\n') })],
    ['under another name', lineOf({ name: 'witness.example/two' })],
    ['of another key', lineOf({ hash: Buffer.alloc(4) })],
    ['cut', lineOf().slice(0, -5)],
    ['with another time', lineOf().replace(/^(.{20,}?[A-Za-z0-9+/]{12})./u, '$1x')],
    ['endless', `\u2014 ${NAME} ${'A'.repeat(100_000)}`],
  ])('is none: %s', (_, answer) => expect(cosignatureOf(witness, NOTE, answer)).toBeNull());
});
