#!/usr/bin/env node
// Verifies the audit log of Qiongtong without any service and without any dependency: Node 20 or newer and this file.
// It shares no code with the service on purpose: two independent readings of RFC 6962 and of the signed note agree,
// or one of them is wrong.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const USAGE = `Verifies the audit log offline.

  verify.mjs log EXPORT.ndjson [--key KEY] [--checkpoint NOTE] [--witness KEY] [--sm2 KEY] [--not-older-than AGE]
      every entry against its leaf hash, all of them against the signed root; names each wrong entry
      (--checkpoint: against a checkpoint kept elsewhere instead of the one in the export)
  verify.mjs folder DIR --key KEY [--checkpoint NOTE] [--witness KEY] [--sm2 KEY] [--not-older-than AGE]
      the log as plain files (C2SP tlog-tiles): every entry, every tile, all of them against the signed root
      (--checkpoint: against a checkpoint kept elsewhere instead of the one in the folder)
  verify.mjs url https://HOST/PATH/ --key KEY [--token TOKEN] [--checkpoint NOTE] [--witness KEY] [--sm2 KEY] [--not-older-than AGE]
      the same files where they are served: a bucket, a web server, or /audit/log/ of the platform with an auditor's token
  verify.mjs proof ACCESS.json --key KEY [--checkpoint NOTE] [--witness KEY [--not-older-than AGE]] [--sm2 KEY]
      each entry of an answer of /v1/audit/accesses/:decisionId (or of /v1/audit/entries/:index)
  verify.mjs consistency CONSISTENCY.json --key KEY [--checkpoint NOTE]
      that the newer checkpoint extends the older one without a change (--checkpoint: an older one kept elsewhere)
  verify.mjs package EVIDENCE.zip --key KEY [--checkpoint NOTE] [--sm2 KEY] [--document FILE]
      every byte of an evidence package: the archive, each file, each entry and its proof
      (--checkpoint: an older one kept elsewhere, which the package must be shown to extend)
      (--document: a document that belongs to it, which an entry must name by the SHA-256 of its bytes)

KEY is the log's public key as name+hash+base64, or a file that holds it (also the answer of GET /v1/audit/key).
With --witness KEY, for log, folder and proof, the checkpoint must also carry the signature of that witness (C2SP tlog-cosignature);
with --sm2 KEY, for these and package, the second signature of the log itself (SM2 with SM3, GB/T 32918).
With --not-older-than AGE (90s, 15m, 2h, 1d) the checkpoint must not be older: by when the witness signed it where one is
given, otherwise by the newest entry in which the log itself says something, as it does at least by its heartbeats.
Without --key, 'log' trusts the key inside the export and says so. Exit code 0: everything holds; 1: it does not; 2: usage.`;

const MAX_NAMED = 20;

// --- hashing (RFC 6962, section 2.1)
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (text) => sha256(Buffer.of(0), Buffer.from(text, 'utf8'));
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** Roots of complete subtrees from left to right; memory grows with the logarithm of the log. */
class Tree {
  size = 0;
  #peaks = [];
  add(hash) {
    let peak = { height: 0, hash };
    while (this.#peaks.at(-1)?.height === peak.height)
      peak = { height: peak.height + 1, hash: nodeHash(this.#peaks.pop().hash, peak.hash) };
    this.#peaks.push(peak);
    this.size += 1;
  }
  root() {
    if (this.size === 0) return sha256();
    return this.#peaks.map((p) => p.hash).reduceRight((right, left) => nodeHash(left, right));
  }
}

// --- signed note (C2SP signed-note, tlog-checkpoint)
class Wrong extends Error {}

/** Base64 in its one canonical form: a changed bit is never ignored. */
function bytesOf(text) {
  const bytes = Buffer.from(String(text), 'base64');
  if (bytes.toString('base64') !== text) throw new Wrong('a hash or a signature is not base64');
  return bytes;
}

// The first byte of a key says what it signs: checkpoints as a log, or what a witness has seen (tlog-cosignature).
const LOG = { algorithm: 1, key: 'the key', kind: 'an Ed25519 verifier key' };
const WITNESS = { algorithm: 4, key: 'the key of the witness', kind: 'that of a witness' };

function partsOf(text, key) {
  const match = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
  if (!match) return null;
  const bytes = bytesOf(match[3]);
  const hash = sha256(`${match[1]}\n`, bytes).subarray(0, 4);
  if (hash.toString('hex') !== match[2]) throw new Wrong(`${key} does not match the hash it carries`);
  return { name: match[1], hash, bytes };
}

function parseKey(text, { algorithm, key, kind } = LOG) {
  const parts = partsOf(text, key);
  if (parts?.bytes.length !== 33 || parts.bytes[0] !== algorithm) throw new Wrong(`${key} is not ${kind}`);
  const { name, hash, bytes } = parts;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, text: text.trim(), hash, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

function openCheckpoint(note, key) {
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const [origin, size, root] = text.split('\n');
  if (split < 0 || !/^(0|[1-9]\d*)$/.test(size ?? '') || !/^[A-Za-z0-9+/]{43}=$/.test(root ?? ''))
    throw new Wrong('the checkpoint is not a signed note');
  if (origin !== key.name) throw new Wrong(`the checkpoint is of the log ${origin}, the key of ${key.name}`);
  const lines = note.slice(split + 2).split('\n');
  const signatures = lines.slice(0, -1).map((line) => /^\u2014 (\S+) (\S+)$/u.exec(line));
  if (lines.at(-1) !== '' || signatures.includes(null)) throw new Wrong('the checkpoint is not a signed note');
  const signed = signatures
    .filter((match) => match?.[1] === key.name)
    .map((match) => bytesOf(match[2]))
    .some((s) => s.subarray(0, 4).equals(key.hash) && verify(null, Buffer.from(text), key.publicKey, s.subarray(4)));
  if (!signed) throw new Wrong('the signature of the checkpoint does not hold');
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

/** When this witness says that it signed the note (C2SP tlog-cosignature); throws when it has not. */
function witnessedAt(note, text) {
  const { name, hash, publicKey } = parseKey(text, WITNESS);
  const split = note.lastIndexOf('\n\n');
  const signed = note
    .slice(split + 2)
    .split('\n')
    .filter((line) => line.startsWith(`\u2014 ${name} `))
    .map((line) => bytesOf(line.slice(name.length + 3)))
    .filter((line) => line.length === 76 && line.subarray(0, 4).equals(hash))
    .find((line) => {
      const message = `cosignature/v1\ntime ${line.readBigUInt64BE(4)}\n${note.slice(0, split + 1)}`;
      return verify(null, Buffer.from(message), publicKey, line.subarray(12));
    });
  if (!signed) throw new Wrong(`the witness ${name} has not signed the checkpoint`);
  return Number(signed.readBigUInt64BE(4)) * 1000;
}

// SM2 with SM3 as GB/T 32918.2 has it, over the note's text; the signer's identity is the usual one.
const SM2 = {
  type: Buffer.concat([Buffer.of(0xff), Buffer.from('qiongtong/sm2-sm3/v1')]),
  identity: Buffer.from('1234567812345678'),
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  g: {
    x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
    y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  },
};
const modulo = (value, m = SM2.p) => ((value % m) + m) % m;
const numberOf = (bytes) => BigInt(`0x${bytes.toString('hex')}`);
const bytes32 = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const sm3 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sm3')).digest();

/** By the extended algorithm of Euclid; the modulus is a prime. */
function inverse(value) {
  let [a, b, x, y] = [modulo(value), SM2.p, 1n, 0n];
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x];
  return modulo(x);
}

/** Of points of the curve; null is the point at infinity. */
function plus(one, other) {
  if (!one || !other) return one ?? other;
  if (one.x === other.x && modulo(one.y + other.y) === 0n) return null;
  const slope =
    one.x === other.x
      ? modulo((3n * one.x * one.x - 3n) * inverse(2n * one.y))
      : modulo((other.y - one.y) * inverse(other.x - one.x));
  const x = modulo(slope * slope - one.x - other.x);
  return { x, y: modulo(slope * (one.x - x) - one.y) };
}

function times(scalar, point) {
  let sum = null;
  for (let [rest, double] = [scalar, point]; rest > 0n; [rest, double] = [rest >> 1n, plus(double, double)])
    if (rest & 1n) sum = plus(sum, double);
  return sum;
}

function sm2Holds(text, { x, y }, signature) {
  const { identity, p, b, n, g } = SM2;
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32))];
  const t = modulo(r + s, n);
  if (r < 1n || r >= n || s < 1n || s >= n || t === 0n) return false;
  const bits = Buffer.of(0, identity.length * 8);
  const signer = sm3(bits, identity, ...[p - 3n, b, g.x, g.y, x, y].map(bytes32));
  const point = plus(times(s, g), times(t, { x, y }));
  return point !== null && modulo(numberOf(sm3(signer, text)) + point.x, n) === r;
}

/** Throws unless the note carries the log's second signature, by this key. */
function requireSm2(note, text) {
  const parts = partsOf(text, 'the SM2 key');
  const point = parts?.bytes.subarray(SM2.type.length);
  if (point?.length !== 65 || point[0] !== 4 || !parts.bytes.subarray(0, SM2.type.length).equals(SM2.type))
    throw new Wrong('the SM2 key is not one of a log');
  const [x, y] = [numberOf(point.subarray(1, 33)), numberOf(point.subarray(33))];
  if (x >= SM2.p || y >= SM2.p || modulo(y * y) !== modulo(x * x * x - 3n * x + SM2.b))
    throw new Wrong('the SM2 key is no point of the curve');
  const split = note.lastIndexOf('\n\n');
  const signed = note
    .slice(split + 2)
    .split('\n')
    .filter((line) => line.startsWith(`\u2014 ${parts.name} `))
    .map((line) => bytesOf(line.slice(parts.name.length + 3)))
    .filter((line) => line.length === 68 && line.subarray(0, 4).equals(parts.hash))
    .some((line) => sm2Holds(Buffer.from(note.slice(0, split + 1)), { x, y }, line.subarray(4)));
  if (!signed) throw new Wrong('the SM2 signature of the checkpoint is missing or does not hold');
}

/** The checkpoint a command goes by, opened and, where that is asked, with what else must have signed it. */
function headOf(note, key, { witness, sm2 }) {
  const head = openCheckpoint(note, key);
  if (sm2) requireSm2(note, sm2);
  return witness ? { ...head, witnessedAt: witnessedAt(note, witness) } : head;
}

// --- how old a checkpoint is
/** Topic of what the log's own service says: its heartbeats, and what was read. */
const OWN_TOPIC = 'facts.audit';
/** Clocks are never quite the same; what lies further ahead was dated by nobody honest. */
const AHEAD_MS = 300_000;

/** When the log itself said the last thing it holds, as its entries pass. */
class OwnWord {
  at = -Infinity;
  hear(entry) {
    if (entry?.topic !== OWN_TOPIC) return;
    const at = Date.parse(String(entry.at));
    if (at > this.at) this.at = at;
  }
}

/** Says how old what was signed is; throws when that is more than is allowed. */
function age(head, own, { 'not-older-than': most }) {
  const [at, by] =
    head.witnessedAt === undefined
      ? [own.at, 'the newest entry in which the log itself speaks is of']
      : [head.witnessedAt, 'the witness signed it at'];
  if (!Number.isFinite(at)) {
    if (most !== undefined)
      throw new Wrong('how old the checkpoint is cannot be told: the log itself says nothing in it');
    return 'its age cannot be told: the log itself says nothing in it';
  }
  const seconds = Math.round((Date.now() - at) / 1000);
  const said = `${by} ${new Date(at).toISOString()}, ${seconds} s ago`;
  if (most !== undefined && seconds * 1000 < -AHEAD_MS) throw new Wrong(`the checkpoint is dated ahead: ${said}`);
  if (most !== undefined && seconds > most) throw new Wrong(`the checkpoint is older than ${most} s: ${said}`);
  return said;
}

// --- proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2)
const even = (n) => n % 2 === 0;
const half = Math.floor;

function inclusionHolds(leaf, index, { size, root }, proof) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (!even(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (even(node) && node !== 0) [node, last] = [node / 2, half(last / 2)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node / 2), half(last / 2)];
  }
  return last === 0 && hash.equals(root);
}

function consistencyHolds(older, newer, proof) {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0;
  let [a, b] = [older.size - 1, newer.size - 1];
  while (!even(a)) [a, b] = [half(a / 2), half(b / 2)];
  const path = a === 0 ? [older.root, ...proof] : [...proof];
  if (path.length === 0) return false;
  let [oldHash, newHash] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (b === 0) return false;
    if (!even(a) || a === b) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (even(a) && a !== 0) [a, b] = [a / 2, half(b / 2)];
    } else newHash = nodeHash(newHash, sibling);
    [a, b] = [half(a / 2), half(b / 2)];
  }
  return b === 0 && oldHash.equals(older.root) && newHash.equals(newer.root);
}

// --- the commands
const hashesOf = (list) => {
  if (!Array.isArray(list)) throw new Wrong('the proof is missing');
  return list.map(bytesOf);
};
const json = (text, what) => {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // said below
  }
  throw new Wrong(`${what} is not a JSON object`);
};

/** Text of these bytes, null when they are none: a decoder that replaces wrong bytes would hide a changed one. */
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lines that end in a line feed and in nothing else: U+2028 is a character of an entry. */
async function* linesOf(file) {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file)) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; from = at + 1, at = chunk.indexOf(10, from)) {
      yield { text: textOf(Buffer.concat([rest, chunk.subarray(from, at)])), ended: true };
      rest = Buffer.alloc(0);
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield { text: textOf(rest), ended: false };
}

async function verifyLog(file, options) {
  const log = new ReadLog();
  let header = null;
  let line = 0;
  for await (const { text, ended } of linesOf(file)) {
    line += 1;
    if (header === null) header = headerOf(text);
    else log.take(text, line);
    if (!ended) log.cutOff(line);
  }
  if (header === null) throw new Wrong('the export is empty');
  const key = parseKey(options.key ?? header.publicKey);
  if (header.origin !== key.name) throw new Wrong(`the export is of the log ${header.origin}, the key of ${key.name}`);
  const own = headOf(header.checkpoint, key, options.checkpoint ? {} : options);
  if (header.publicKey !== key.text) throw new Wrong('the first line names another key than the one given');
  const head = options.checkpoint ? headOf(options.checkpoint, key, options) : own;
  const findings = log.findings(head);
  if (findings.length > 0) throw new Wrong(report(findings, head));
  const trust = options.key ? '' : ' (key taken from the export: compare it with one you trust)';
  const signed = `OK: ${head.size} entries, root ${head.root.toString('base64')}, signed by ${key.name}${trust}`;
  return `${signed}\n${age(head, log.own, options)}`;
}

/** The first line, exactly as the export writes it. */
function headerOf(text) {
  const { origin, publicKey, checkpoint } = json(text, 'the first line');
  if (JSON.stringify({ origin, publicKey, checkpoint }) !== text)
    throw new Wrong('the first line is not that of an export');
  return { origin: String(origin), publicKey: String(publicKey), checkpoint: String(checkpoint) };
}

const report = (findings, head) =>
  [
    `the log does not match the checkpoint of ${head.size} entries:`,
    ...findings.slice(0, MAX_NAMED).map((finding) => `  ${finding}`),
    ...(findings.length > MAX_NAMED ? [`  and ${findings.length - MAX_NAMED} more`] : []),
  ].join('\n');

const span = ({ from, to }) => (from === to ? `entry ${from}` : `entries ${from} to ${to}`);

/** The lines of an export as they come; holds what is wrong, never the entries. */
class ReadLog {
  own = new OwnWord();
  #tree = new Tree();
  #wrong = [];
  #missing = [];
  #next = 0;

  take(text, line) {
    const read = lineOf(text);
    if (read === null) {
      this.#wrong.push(`entry ${this.#next} (line ${line}): the line is not one of an export`);
      this.#next += 1;
      return;
    }
    const { index, leafHash: claimed, entry } = read;
    // An entry is named by its own line: its content against the leaf hash beside it. Whether those leaf hashes are
    // the ones that were signed, the root tells.
    const hash = leafHash(entry);
    if (hash.toString('base64') !== claimed)
      this.#wrong.push(`entry ${index} (line ${line}): its content does not match its leaf hash`);
    const said = contentOf(entry);
    this.own.hear(said);
    if (said?.index !== index) this.#wrong.push(`entry ${index} (line ${line}): its content says index ${said?.index}`);
    this.#place(index, line);
    this.#tree.add(hash);
  }

  cutOff(line) {
    this.#wrong.push(`line ${line}: it has no end, the export was cut off`);
  }

  #place(index, line) {
    if (index > this.#next) this.#missing.push({ from: this.#next, to: index - 1 });
    if (index < this.#next) {
      const gap = this.#missing.findIndex(({ from, to }) => from <= index && index <= to);
      this.#wrong.push(
        `entry ${index} (line ${line}): ${gap < 0 ? 'added, this index was there before' : 'out of order'}`,
      );
      if (gap >= 0) {
        const { from, to } = this.#missing[gap];
        const rest = [
          { from, to: index - 1 },
          { from: index + 1, to },
        ].filter((part) => part.from <= part.to);
        this.#missing.splice(gap, 1, ...rest);
      }
    }
    this.#next = Math.max(this.#next, index + 1);
  }

  findings(head) {
    const missing = [...this.#missing];
    if (this.#next < head.size) missing.push({ from: this.#next, to: head.size - 1 });
    const found = [...this.#wrong, ...missing.map((range) => `${span(range)}: missing`)];
    if (this.#next > head.size)
      found.push(`${span({ from: head.size, to: this.#next - 1 })}: added after the checkpoint`);
    if (found.length === 0 && !this.#tree.root().equals(head.root))
      found.push('content and leaf hashes were changed together: compare leaf hashes with another copy of the log');
    return found;
  }
}

/** A line exactly as the export writes it, or null. */
function lineOf(text) {
  try {
    const { index, leafHash: claimed, entry } = JSON.parse(text);
    const exact = JSON.stringify({ index, leafHash: claimed, entry }) === text;
    return exact && Number.isSafeInteger(index) && index >= 0 && typeof entry === 'string'
      ? { index, leafHash: claimed, entry }
      : null;
  } catch {
    return null;
  }
}
function contentOf(entry) {
  try {
    return JSON.parse(entry);
  } catch {
    return undefined;
  }
}
const indexOf = (entry) => contentOf(entry)?.index;

// --- the log as plain files (C2SP tlog-tiles)
const TILE = 256;
const HASH = 32;

function tilePath(level, index, width) {
  const digits = String(index);
  const groups = digits.padStart(half((digits.length + 2) / 3) * 3, '0').match(/.{3}/g);
  const place = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return join('tile', String(level), `${place}${width < TILE ? `.p/${width}` : ''}`);
}

/** Bytes of a tile of this width, or of a wider one that has grown from it since; null where there is none. */
function tileBytes(dir, level, index, width) {
  const read = (path) => {
    try {
      return readFileSync(join(dir, path));
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    }
  };
  for (let wide = width; wide <= TILE; wide += 1) {
    const bytes = read(tilePath(level, index, wide));
    if (bytes) return { bytes, width: wide };
  }
  return null;
}

/** The first `count` entries of a bundle, null for one it does not reach to, and how many bytes they take. */
function entriesIn(bundle, count) {
  let at = 0;
  const entries = Array.from({ length: count }, () => {
    const end = at + 2 <= bundle.length ? at + 2 + bundle.readUInt16BE(at) : Infinity;
    const entry = end <= bundle.length ? bundle.subarray(at + 2, end) : null;
    at = entry ? end : Infinity;
    return entry;
  });
  return { entries, taken: at };
}

function verifyFolder(dir, options) {
  const key = parseKey(options.key);
  const head = headOf(options.checkpoint ?? readFileSync(join(dir, 'checkpoint'), 'utf8'), key, options);
  const findings = [];
  const own = new OwnWord();
  const tree = new Tree();
  let row = [];
  for (let index = 0; index * TILE < head.size; index += 1) {
    const width = Math.min(TILE, head.size - index * TILE);
    const hashes = entryHashes(dir, index, width, findings, own);
    checkTile(dir, 0, index, hashes, findings);
    for (const hash of hashes) if (hash) tree.add(hash);
    if (width === TILE) row.push(wholeRoot(hashes));
  }
  for (let level = 1; row.length > 0; level += 1) {
    const above = [];
    for (let index = 0; index * TILE < row.length; index += 1) {
      const hashes = row.slice(index * TILE, (index + 1) * TILE);
      checkTile(dir, level, index, hashes, findings);
      if (hashes.length === TILE) above.push(wholeRoot(hashes));
    }
    row = above;
  }
  if (findings.length === 0 && !tree.root().equals(head.root))
    findings.push('entries and hashes were changed together: compare with another copy of the log');
  if (findings.length > 0) throw new Wrong(report(findings, head));
  const signed = `OK: ${head.size} entries in files, root ${head.root.toString('base64')}, signed by ${key.name}`;
  return `${signed}\n${age(head, own, options)}`;
}

function entryHashes(dir, index, count, findings, word) {
  const path = tilePath('entries', index, count);
  const found = tileBytes(dir, 'entries', index, count);
  const first = index * TILE;
  if (!found) {
    findings.push(`${span({ from: first, to: first + count - 1 })}: ${path} is missing`);
    return Array.from({ length: count }, () => null);
  }
  const { entries, taken } = entriesIn(found.bytes, count);
  if (found.width === count && taken < found.bytes.length) findings.push(`${path}: bytes were added to it`);
  return entries.map((entry, i) => {
    if (entry === null) {
      findings.push(`entry ${first + i}: ${path} does not reach to it`);
      return null;
    }
    const said = contentOf(entry.toString('utf8'));
    word.hear(said);
    const own = said?.index;
    if (own !== first + i) findings.push(`entry ${first + i}: its content says index ${own}`);
    return sha256(Buffer.of(0), entry);
  });
}

/** Where the hash of a part is not known, something below it has been named already. */
function checkTile(dir, level, index, hashes, findings) {
  const path = tilePath(level, index, hashes.length);
  const found = tileBytes(dir, level, index, hashes.length);
  if (!found || found.bytes.length !== found.width * HASH) {
    findings.push(`${path}: ${found ? 'it has another length' : 'it is missing'}`);
    return;
  }
  const { bytes } = found;
  hashes.forEach((hash, i) => {
    if (!hash || hash.equals(bytes.subarray(i * HASH, (i + 1) * HASH))) return;
    findings.push(
      level === 0
        ? `entry ${index * TILE + i}: its content does not match its hash in ${path}`
        : `${path}: hash ${i} is not that of what is below it`,
    );
  });
}

function wholeRoot(hashes) {
  if (hashes.some((hash) => !hash)) return null;
  let row = hashes;
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i], row[2 * i + 1]));
  return row[0];
}

/** Fetches the files that a checkpoint covers, as they are needed for `folder`, and looks at them there. */
async function verifyUrl(address, options) {
  const base = address.endsWith('/') ? address : `${address}/`;
  if (!URL.canParse(base) || !/^https?:\/\//i.test(base)) throw new Wrong('this is no address of http or https');
  const headers = options.token ? { authorization: `Bearer ${options.token.trim()}` } : {};
  const fetched = async (path) => {
    const answer = await fetch(new URL(path, base), { headers, redirect: 'error' }).catch((error) => {
      throw new Wrong(`${path} cannot be fetched: ${error.cause?.message ?? error.message}`);
    });
    if (answer.ok) return Buffer.from(await answer.arrayBuffer());
    if (answer.status === 404 || answer.status === 403) return null;
    throw new Wrong(`${path} cannot be fetched: the answer was ${answer.status}`);
  };
  const note = options.checkpoint ?? (await fetched('checkpoint'))?.toString('utf8');
  if (note === undefined) throw new Wrong('there is no checkpoint at this address');
  const { size } = openCheckpoint(note, parseKey(options.key));
  const dir = mkdtempSync(join(tmpdir(), 'verify-'));
  const keep = async ([level, index, width]) => {
    // A tile that was full since then stands under its own name.
    for (const wide of new Set([width, TILE])) {
      const path = tilePath(level, index, wide);
      const bytes = await fetched(path);
      if (!bytes) continue;
      mkdirSync(join(dir, dirname(path)), { recursive: true });
      return writeFileSync(join(dir, path), bytes);
    }
  };
  try {
    const wanted = tilesOf(size);
    const follow = async () => {
      for (let next = wanted.next(); !next.done; next = wanted.next()) await keep(next.value);
    };
    await Promise.all(Array.from({ length: 8 }, follow));
    return verifyFolder(dir, { ...options, checkpoint: note });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Level, index and width of every tile and bundle of a log of this size. */
function* tilesOf(size) {
  for (let [level, count] = [0, size]; count > 0; [level, count] = [level + 1, half(count / TILE)])
    for (let index = 0; index * TILE < count; index += 1) {
      const width = Math.min(TILE, count - index * TILE);
      if (level === 0) yield ['entries', index, width];
      yield [level, index, width];
    }
}

function verifyProof(file, options) {
  const answer = json(readFileSync(file, 'utf8'), 'the file');
  const head = headOf(options.checkpoint ?? String(answer.checkpoint), parseKey(options.key), options);
  const entries = Array.isArray(answer.entries) ? answer.entries : [answer];
  if (entries.length === 0) throw new Wrong('there is no entry to prove');
  for (const { index, entry, proof } of entries) {
    if (typeof entry !== 'string') throw new Wrong(`entry ${index}: its content is missing`);
    if (indexOf(entry) !== index) throw new Wrong(`entry ${index}: its content says another index`);
    if (!inclusionHolds(leafHash(entry), index, head, hashesOf(proof)))
      throw new Wrong(`entry ${index}: the proof does not lead to the signed root`);
  }
  const held = `OK: ${entries.map((e) => `entry ${e.index}`).join(', ')} in the log of ${head.size} entries`;
  return head.witnessedAt === undefined ? held : `${held}\n${age(head, new OwnWord(), options)}`;
}

function verifyConsistency(file, options) {
  const answer = json(readFileSync(file, 'utf8'), 'the file');
  const key = parseKey(options.key);
  const older = openCheckpoint(options.checkpoint ?? String(answer.older), key);
  const newer = openCheckpoint(String(answer.newer), key);
  if (!consistencyHolds(older, newer, hashesOf(answer.proof)))
    throw new Wrong(`the log of ${newer.size} entries does not extend the log of ${older.size}`);
  return `OK: ${newer.size} entries extend ${older.size} without a change`;
}

// --- evidence packages
const PACKAGE_FORMAT = 'qiongtong-evidence-1';
const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});
const crc32 = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};
const little = (...fields) =>
  Buffer.concat(
    fields.map(([value, size]) => {
      const bytes = Buffer.alloc(size);
      bytes.writeUIntLE(value, 0, size);
      return bytes;
    }),
  );

/** The one archive of these files in this order: stored, without times. */
function zipOf(files) {
  const locals = [];
  const central = [];
  let offset = 0;
  for (const { name, content } of files) {
    const title = Buffer.from(name);
    // 2.0, names in UTF-8, stored, 1980-01-01
    const common = little([20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [crc32(content), 4]);
    const lengths = little([content.length, 4], [content.length, 4], [title.length, 2], [0, 2]);
    const local = Buffer.concat([little([0x04034b50, 4]), common, lengths, title, content]);
    const about = little([0, 2], [0, 2], [0, 2], [(0o100644 << 16) >>> 0, 4], [offset, 4]);
    central.push(Buffer.concat([little([0x02014b50, 4], [0x033f, 2]), common, lengths, about, title]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const [count, size] = [files.length, directory.length];
  const end = little([0x06054b50, 4], [0, 4], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...locals, directory, end]);
}

/** The files one after the other, as far as their headers lead. */
function unzip(bytes) {
  const files = [];
  let at = 0;
  while (at + 30 <= bytes.length && bytes.readUInt32LE(at) === 0x04034b50) {
    const [size, title] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)];
    const from = at + 30 + title;
    if (from + size > bytes.length) throw new Wrong(`the archive ends within its file ${files.length + 1}`);
    files.push({ name: bytes.toString('utf8', at + 30, from), content: bytes.subarray(from, from + size) });
    at = from + size;
  }
  return files;
}

function verifyPackage(file, options) {
  const bytes = readFileSync(file);
  const files = unzip(bytes);
  const content = (name) => {
    const found = files.find((one) => one.name === name);
    if (!found) throw new Wrong(`the file ${name} is missing from the package`);
    return found.content;
  };
  const findings = [];
  const manifest = json(content('manifest.json').toString('utf8'), 'manifest.json');
  const listed = Array.isArray(manifest.files) ? manifest.files : [];
  const { format, about, origin, size, entries: count } = manifest;
  const exact = {
    format,
    about,
    origin,
    size,
    entries: count,
    files: listed.map(({ name, bytes: length, sha256: hash }) => ({ name, bytes: length, sha256: hash })),
  };
  if (format !== PACKAGE_FORMAT) findings.push(`manifest.json: the format ${format} is not ${PACKAGE_FORMAT}`);
  if (`${JSON.stringify(exact, null, 2)}\n` !== content('manifest.json').toString('utf8'))
    findings.push('manifest.json: it is not written as a package writes it');
  const names = ['manifest.json', ...exact.files.map(({ name }) => name)];
  for (const { name } of files) if (!names.includes(name)) findings.push(`${name}: it is not in the manifest`);
  for (const { name, bytes: length, sha256: hash } of exact.files) {
    const found = files.find((one) => one.name === name);
    if (!found) findings.push(`${name}: missing`);
    else if (found.content.length !== length || sha256(found.content).toString('hex') !== hash)
      findings.push(`${name}: its content is not that of the manifest`);
  }
  const key = parseKey(options.key);
  const proved = provedEntries(content, exact, key, findings, options);
  if (names.includes('consistency.json') || options.checkpoint)
    attempt('consistency.json', findings, () => {
      const [text, note] = ['consistency.json', 'checkpoint.txt'].map((name) => content(name).toString('utf8'));
      packageConsistency(text, note, key, options.checkpoint);
    });
  if (findings.length === 0 && !zipOf(files).equals(bytes))
    findings.push('the archive: bytes around its files were changed, or the files are in another order');
  if (findings.length > 0)
    throw new Wrong(['the package does not hold:', ...findings.slice(0, MAX_NAMED).map((f) => `  ${f}`)].join('\n'));
  const held = `OK: ${proved.length} entries about ${about}, in the log of ${size} entries of ${origin}, no byte changed`;
  return options.document ? `${held}\n${documentIn(proved, readFileSync(options.document))}` : held;
}

/** Which entry names this document: an agreement, a certificate, an answer that was released, each by its digest. */
function documentIn(lines, bytes) {
  const digest = sha256(bytes).toString('hex');
  const naming = lines.map((line) => JSON.parse(line)).filter(({ entry }) => mentions(JSON.parse(entry), digest));
  if (naming.length === 0) throw new Wrong(`no entry of the package names the document, SHA-256 ${digest}`);
  return `the document, SHA-256 ${digest}, is named by ${naming.map(({ index }) => `entry ${index}`).join(', ')}`;
}

/** What is wrong is one finding; the rest is looked at all the same. */
function attempt(name, findings, check) {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    findings.push(`${name}: ${error.message}`);
    return null;
  }
}

function provedEntries(content, { about, origin, size, entries: count }, key, findings, { sm2 }) {
  if (content('key.txt').toString('utf8') !== `${key.text}\n`) findings.push('key.txt: it is another key');
  const note = content('checkpoint.txt').toString('utf8');
  const head = attempt('checkpoint.txt', findings, () => headOf(note, key, { sm2 }));
  if (origin !== key.name) findings.push(`manifest.json: it names the log ${origin}, the key is of ${key.name}`);
  if (head && head.size !== size) findings.push(`manifest.json: it says ${size} entries, the checkpoint ${head.size}`);
  const lines = content('entries.ndjson').toString('utf8').split('\n').slice(0, -1);
  if (lines.length !== count) findings.push(`entries.ndjson: ${lines.length} entries, the manifest says ${count}`);
  lines.forEach((line, i) =>
    attempt(`entries.ndjson, line ${i + 1}`, findings, () => {
      const { index, leafHash: claimed, entry, proof } = json(line, 'the line');
      if (typeof entry !== 'string' || indexOf(entry) !== index)
        throw new Wrong(`entry ${index}: its content says another index`);
      if (leafHash(entry).toString('base64') !== claimed)
        throw new Wrong(`entry ${index}: its content does not match its leaf hash`);
      if (head && !inclusionHolds(leafHash(entry), index, head, hashesOf(proof)))
        throw new Wrong(`entry ${index}: the proof does not lead to the signed root`);
      if (!mentions(JSON.parse(entry), about)) throw new Wrong(`entry ${index}: it does not name ${about}`);
    }),
  );
  const indexes = lines.map((line) => attempt('entries.ndjson', findings, () => json(line, 'a line').index));
  if (indexes.some((index, i) => i > 0 && !(index > indexes[i - 1])))
    findings.push('entries.ndjson: its entries are out of order or come twice');
  return lines;
}

/** That the package's checkpoint extends an earlier one: the one in it, and the one kept elsewhere when it is given. */
function packageConsistency(text, note, key, checkpoint) {
  const { from, to, proof, older, newer } = json(text, 'consistency.json');
  if (newer !== note) throw new Wrong('it leads to another checkpoint than that of the package');
  const [first, last] = [openCheckpoint(checkpoint ?? String(older), key), openCheckpoint(newer, key)];
  if (first.size !== from || last.size !== to) throw new Wrong('its sizes are not those of its checkpoints');
  if (!consistencyHolds(first, last, hashesOf(proof)))
    throw new Wrong(`the log of ${last.size} entries does not extend the log of ${first.size}`);
}

/** Whether a text anywhere within is this one. */
const mentions = (value, text) =>
  typeof value === 'string'
    ? value === text
    : typeof value === 'object' && value !== null && Object.values(value).some((inner) => mentions(inner, text));

/** A value given as text or as the name of a file; a key also as the answer of the service. */
function textOrFile(value, field) {
  try {
    const text = readFileSync(value, 'utf8');
    return text.startsWith('{') ? String(JSON.parse(text)[field]) : text;
  } catch {
    return value;
  }
}

/** Seconds; null for what is no age. */
function secondsOf(text) {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
}

function parseArguments(list) {
  const options = {};
  const rest = [];
  for (let i = 0; i < list.length; i += 1) {
    const [argument, value] = [list[i], list[i + 1]];
    if (['--key', '--checkpoint', '--witness', '--sm2', '--token'].includes(argument)) {
      if (value === undefined) return null;
      options[argument.slice(2)] = textOrFile(value, argument === '--sm2' ? 'sm2Key' : 'key');
      i += 1;
    } else if (argument === '--not-older-than') {
      const most = secondsOf(value ?? '');
      if (most === null) return null;
      options['not-older-than'] = most;
      i += 1;
    } else if (argument === '--document' && value !== undefined) {
      options.document = value;
      i += 1;
    } else if (argument.startsWith('--')) return null;
    else rest.push(argument);
  }
  const [command, file, ...more] = rest;
  const run = {
    log: verifyLog,
    folder: verifyFolder,
    url: verifyUrl,
    proof: verifyProof,
    consistency: verifyConsistency,
    package: verifyPackage,
  }[command];
  if (!run || !file || more.length > 0 || (command !== 'log' && !options.key)) return null;
  const dated = ['log', 'folder', 'url'].includes(command) || (command === 'proof' && options.witness);
  if (options['not-older-than'] !== undefined && !dated) return null;
  return { run, file, options };
}

/** What the command says and how it ends, given what stands behind its name. */
export async function run(list) {
  const parsed = parseArguments(list);
  if (!parsed) return { status: 2, text: USAGE };
  try {
    return { status: 0, text: await parsed.run(parsed.file, parsed.options) };
  } catch (error) {
    const known = error instanceof Wrong || error.code === 'ENOENT' || error.code === 'EISDIR';
    return { status: 1, text: `WRONG: ${known ? error.message : `cannot be read: ${error.message}`}` };
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { status, text } = await run(process.argv.slice(2));
  (status === 0 ? console.log : console.error)(text);
  process.exitCode = status;
}
