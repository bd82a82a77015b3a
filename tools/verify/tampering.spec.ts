import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aKey, aWitness, exportOf, filesOf, headerOf, leafOf, lineOf, pathOf, proofOf, rootOf, writeFiles } from './by-hand'; // prettier-ignore

const VERIFY = join(__dirname, 'verify.mjs');
const key = aKey();
const OLD = '2026-11-23T08:00:00.000Z';
const entryOf = (index: number, at = OLD, data = `事实 ${index}\u2028\ufffd`): string =>
  JSON.stringify({ at, data, index, topic: index % 2 ? 'facts.audit' : 'facts.catalogue', v: 1 });
const entries = (count: number): string[] => Array.from({ length: count }, (_, i) => entryOf(i));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tampering-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Ran = Readonly<{ status: number | null; text: string }>;
function node(...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}
function log(text: string, ...more: readonly string[]): Ran {
  const file = join(folder, 'log.ndjson');
  writeFileSync(file, text);
  return node(VERIFY, 'log', file, '--key', key.text, ...more);
}
function files(all: ReadonlyMap<string, Buffer>, ...more: readonly string[]): Ran {
  writeFiles(join(folder, 'log'), all);
  return node(VERIFY, 'folder', join(folder, 'log'), '--key', key.text, ...more);
}
const kept = (note: string): string => {
  writeFileSync(join(folder, 'kept'), note);
  return join(folder, 'kept');
};
const swapped = <T>(list: readonly T[], a: number, b: number): T[] => list.with(a, list[b]!).with(b, list[a]!);

describe('[R14.9] an export that was tampered with is found, and what was done is named', () => {
  const whole = entries(12);
  const header = headerOf(key, key.note(whole.map(leafOf)));
  const lines = whole.map(lineOf);
  const text = (...list: readonly string[]): string => `${list.join('\n')}\n`;
  const changed = entryOf(5, OLD, 'another');
  const other = aKey();
  /** The same name, all of it written anew. */
  const rebuilt = whole.with(5, changed);

  it.each<[string, string, RegExp]>([
    ['an entry changed', text(header, ...lines.with(5, lines[5]!.replace('事实', '事买'))), /entry 5 \(line 7\): its content does not match its leaf hash/], // prettier-ignore
    ['an entry changed with its leaf hash', text(header, ...lines.with(5, lineOf(changed, 5))), /content and leaf hashes were changed together/], // prettier-ignore
    ['an entry removed', text(header, ...lines.toSpliced(5, 1)), /entry 5: missing/],
    ['the last entry removed', text(header, ...lines.slice(0, 11)), /entry 11: missing/],
    ['an entry added between others', text(header, ...lines.toSpliced(5, 0, lines[3]!)), /entry 3 \(line 7\): added/],
    ['an entry added at the end', text(header, ...lines, lineOf(entryOf(12), 12)), /entry 12: added after the checkpoint/], // prettier-ignore
    ['entries reordered', text(header, ...swapped(lines, 5, 9)), /entry 5 \(line 11\): out of order/],
    ['entries put under one another’s index', text(header, ...lines.with(5, lineOf(whole[9]!, 5))), /entry 5 \(line 7\): its content says index 9/], // prettier-ignore
    [
      'the whole tree rebuilt with a new key',
      exportOf(other, rebuilt),
      /the signature of the checkpoint does not hold/,
    ],
    ['the whole tree rebuilt under the true key’s name', text(headerOf(key, other.note(rebuilt.map(leafOf))), ...rebuilt.map(lineOf)), /the signature of the checkpoint does not hold/], // prettier-ignore
    ['the checkpoint rolled back', text(headerOf(key, key.note(whole.slice(0, 8).map(leafOf))), ...lines), /entries 8 to 11: added after the checkpoint/], // prettier-ignore
    ['the checkpoint of another log', text(header.replaceAll('qiongtong/test', 'qiongtong/tess'), ...lines), /of the log qiongtong\/tess/], // prettier-ignore
    ['a line that is none', text(header, ...lines.toSpliced(5, 0, '')), /entry 5 \(line 7\): the line is not one of an export/], // prettier-ignore
    ['the end cut off', text(header, ...lines).slice(0, -20), /line 13: it has no end/],
  ])('%s', (_, tampered, name) => {
    const { status, text: said } = log(tampered);
    expect(said).toMatch(name);
    expect(status).toBe(1);
  });

  it('is found by a checkpoint kept elsewhere when the true key signed another past, or an older end of the same', () => {
    const newest = kept(key.note(whole.map(leafOf)));
    expect(log(exportOf(key, rebuilt)).status).toBe(0);
    expect(log(exportOf(key, rebuilt), '--checkpoint', newest).text).toContain('changed together');
    expect(log(exportOf(key, whole.slice(0, 8)), '--checkpoint', newest).text).toContain('entries 8 to 11: missing');
  });

  it.each([3])('is found whatever one byte of an export of %d entries is changed, left out or doubled', (count) => {
    const file = join(folder, 'log.ndjson');
    writeFileSync(file, exportOf(key, entries(count)));
    const named = '^WRONG: .*(entry|entries|line|key|checkpoint|signature|base64|of the log) ?';
    const { text: report } = node(join(__dirname, 'mutations.mjs'), file, named, 'log', file, '--key', key.text);
    const { bytes, tried, missed, whole: status } = JSON.parse(report) as Readonly<{ bytes: number; tried: number; missed: object[]; whole: number }>; // prettier-ignore
    expect([tried, missed, status]).toEqual([bytes * 5, [], 0]);
  });

  it('hides no byte behind one that stands for what is no text', () => {
    const bytes = Buffer.from(exportOf(key, entries(2)));
    const at = bytes.indexOf('\ufffd');
    bytes[at] = 0xf0; // decoded leniently it is the same character again
    writeFileSync(join(folder, 'log.ndjson'), bytes);
    expect(node(VERIFY, 'log', join(folder, 'log.ndjson'), '--key', key.text).text).toContain('entry 0 (line 2)');
  });
});

describe('[R14.9] a folder that was tampered with is found, and what was done is named', () => {
  const whole = entries(600);
  const made = (change: (all: Map<string, Buffer>) => void): Map<string, Buffer> => {
    const all = filesOf(key, whole);
    change(all);
    return all;
  };
  const exchange = (all: Map<string, Buffer>, a: string, b: string): void => {
    const [left, right] = [all.get(a)!, all.get(b)!];
    all.set(a, right).set(b, left);
  };
  const rebuilt = whole.with(300, entryOf(300, OLD, 'another'));

  it.each<[string, Map<string, Buffer>, RegExp]>([
    ['an entry changed', made((all) => (all.get('tile/entries/001')![100]! ^= 1)), /entry \d+: its content does not match its hash in tile\/0\/001/], // prettier-ignore
    ['an entry changed with its hash', made((all) => all.set('tile/entries/001', filesOf(key, rebuilt).get('tile/entries/001')!).set('tile/0/001', filesOf(key, rebuilt).get('tile/0/001')!)), /tile\/1\/000\.p\/2: hash 1 is not that of what is below it/], // prettier-ignore
    ['a bundle removed', made((all) => all.delete('tile/entries/002.p/88')), /entries 512 to 599: tile\/entries\/002\.p\/88 is missing/], // prettier-ignore
    ['an entry removed', made((all) => all.set('tile/entries/002.p/88', all.get('tile/entries/002.p/88')!.subarray(0, -4))), /entry 599: tile\/entries\/002\.p\/88 does not reach to it/], // prettier-ignore
    ['an entry added', made((all) => all.set('tile/entries/002.p/88', Buffer.concat([all.get('tile/entries/002.p/88')!, Buffer.of(0, 1, 65)]))), /tile\/entries\/002\.p\/88: bytes were added/], // prettier-ignore
    ['entries reordered', made((all) => all.set('tile/entries/000', filesOf(key, swapped(whole, 7, 9)).get('tile/entries/000')!)), /entry 7: its content says index 9/], // prettier-ignore
    ['tiles swapped', made((all) => exchange(all, 'tile/0/000', 'tile/0/001')), /entry 0: its content does not match its hash in tile\/0\/000/], // prettier-ignore
    ['bundles swapped', made((all) => exchange(all, 'tile/entries/000', 'tile/entries/001')), /entry 0: its content says index 256/], // prettier-ignore
    ['a tile removed', made((all) => all.delete('tile/0/001')), /tile\/0\/001: it is missing/],
    ['a tile shortened', made((all) => all.set('tile/0/001', all.get('tile/0/001')!.subarray(32))), /tile\/0\/001: it has another length/], // prettier-ignore
    ['a tile of the level above changed', made((all) => (all.get('tile/1/000.p/2')![40]! ^= 1)), /tile\/1\/000\.p\/2: hash 1/], // prettier-ignore
    [
      'the whole tree rebuilt with a new key',
      filesOf(aKey(), rebuilt),
      /the signature of the checkpoint does not hold/,
    ],
    ['the checkpoint rolled back to that of another past', made((all) => all.set('checkpoint', Buffer.from(key.note(rebuilt.slice(0, 400).map(leafOf))))), /changed together/], // prettier-ignore
  ])('%s', (_, tampered, name) => {
    const { status, text } = files(tampered);
    expect(text).toMatch(name);
    expect(status).toBe(1);
  });

  it('is found by a checkpoint kept elsewhere when it was rolled back to an older end', () => {
    const rolledBack = made((all) => all.set('checkpoint', Buffer.from(key.note(whole.slice(0, 500).map(leafOf)))));
    for (const path of ['tile/entries/002.p/88', 'tile/0/002.p/88']) rolledBack.delete(path);
    const newest = kept(key.note(whole.map(leafOf)));
    expect(files(rolledBack, '--checkpoint', newest).text).toMatch(/entries 512 to 599: .* is missing/);
  });

  it('is found whatever one byte of its files is changed, left out or doubled', () => {
    const all = filesOf(key, entries(3));
    writeFiles(join(folder, 'log'), all);
    for (const path of all.keys()) {
      const named = path === 'checkpoint' ? 'checkpoint|base64|of the log' : '(entry|entries) \\d|tile/';
      const { text } = node(join(__dirname, 'mutations.mjs'), join(folder, 'log', path), named, 'folder', join(folder, 'log'), '--key', key.text); // prettier-ignore
      const { missed, whole: status } = JSON.parse(text) as Readonly<{ missed: object[]; whole: number }>;
      expect([path, missed, status]).toEqual([path, [], 0]);
    }
  });
});

describe('[R14.9] a checkpoint that may not be older than some time', () => {
  const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
  const spoken = (seconds: number): string[] => [entryOf(0, ago(5)), entryOf(1, ago(seconds)), entryOf(2, ago(5))];

  it('is as old as the last word of the log itself, in an export and in files', () => {
    for (const check of [
      (list: string[], most: string) => log(exportOf(key, list), '--not-older-than', most),
      (list: string[], most: string) => files(filesOf(key, list), '--not-older-than', most),
    ]) {
      // prettier-ignore
      expect(check(spoken(100), '2m')).toMatchObject({ status: 0, text: expect.stringMatching(/10[0-9] s ago/) as string }); // prettier-ignore
      expect(check(spoken(100), '90s')).toMatchObject({ status: 1, text: expect.stringContaining('older than 90 s') as string }); // prettier-ignore
      expect(check(spoken(-900), '90s').text).toContain('dated ahead');
      expect(check([entryOf(0, ago(5))], '1d').text).toContain('cannot be told');
    }
    expect(log(exportOf(key, spoken(100))).text).toMatch(
      /\nthe newest entry in which the log itself speaks is of .*s ago/,
    );
  });

  it('is as old as a witness says, whoever dated its entries', () => {
    const witness = aWitness('w.example/1');
    const note = key.note(spoken(5).map(leafOf));
    const list = spoken(5);
    const signed = (seconds: number): string => {
      const own = key.note(list.map(leafOf));
      return kept(own + witness.line(own, new Date(ago(seconds))));
    };
    const check = (seconds: number) => log(exportOf(key, list), '--checkpoint', signed(seconds), '--witness', witness.text, '--not-older-than', '1h'); // prettier-ignore
    expect(check(60)).toMatchObject({ status: 0, text: expect.stringContaining('the witness signed it at') as string });
    expect(check(7200)).toMatchObject({ status: 1, text: expect.stringContaining('older than 3600 s') as string });
    expect(note).not.toBe('');
  });

  it.each(['1', '1w', '-1s', ''])('is not asked for by %p, nor of what tells no time', (most) => {
    expect(log(exportOf(key, spoken(5)), '--not-older-than', most).status).toBe(2);
    expect(node(VERIFY, 'consistency', 'x', '--key', key.text, '--not-older-than', '1h').status).toBe(2);
    expect(node(VERIFY, 'proof', 'x', '--key', key.text, '--not-older-than', '1h').status).toBe(2);
  });
});

describe('[R14.9] any prefix is consistent with any extension, by the definition of RFC 6962', () => {
  it('is accepted for every pair of sizes up to 24, and no changed past and no changed proof is', () => {
    const hashes = entries(24).map(leafOf);
    const cases = [];
    for (let to = 1; to <= 24; to += 1)
      for (let from = 1; from <= to; from += 1) {
        const newer = hashes.slice(0, to);
        const proof = proofOf(from, newer).map((hash) => hash.toString('base64'));
        const whole = { older: key.note(hashes.slice(0, from)), newer: key.note(newer), proof };
        const rewritten = hashes.slice(0, from).with(from - 1, leafOf('another'));
        cases.push({ answer: whole, holds: true });
        cases.push({ answer: { ...whole, older: key.note(rewritten) }, holds: false });
        if (proof.length > 0) cases.push({ answer: { ...whole, proof: proof.slice(1) }, holds: false });
      }
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
    const code = `import { readFileSync, writeFileSync } from 'node:fs';
      import { run } from ${JSON.stringify(VERIFY)};
      const [folder, key] = process.argv.slice(1);
      const wrong = [];
      for (const [i, { answer, holds }] of JSON.parse(readFileSync(folder + '/cases.json', 'utf8')).entries()) {
        writeFileSync(folder + '/one.json', JSON.stringify(answer));
        const { status } = await run(['consistency', folder + '/one.json', '--key', key]);
        if ((status === 0) !== holds) wrong.push(i);
      }
      console.log(JSON.stringify(wrong));`;
    expect(node('--input-type=module', '-e', code, folder, key.text)).toEqual({ status: 0, text: '[]\n' });
    expect(cases.length).toBeGreaterThan(800);
  });

  it('has a path for every leaf that leads to the root', () => {
    const hashes = entries(9).map(leafOf);
    const answers = hashes.map((_, index) => ({
      checkpoint: key.note(hashes),
      entries: [{ index, entry: entryOf(index), proof: pathOf(index, hashes).map((hash) => hash.toString('base64')) }],
    }));
    expect(rootOf(hashes)).toHaveLength(32);
    for (const answer of answers) {
      writeFileSync(join(folder, 'proof.json'), JSON.stringify(answer));
      expect(node(VERIFY, 'proof', join(folder, 'proof.json'), '--key', key.text).status).toBe(0);
    }
  });
});
