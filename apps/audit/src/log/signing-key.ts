import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isKeyName, publicKeyPem, signNote, verifierKey, type VerifierKey } from './domain/note';
import type { TreeHead } from './domain/proofs';
import { sm2Line, sm2PrivateKey, sm2VerifierKey, type Sm2Signer } from './sm2';

/** The key that signs checkpoints. It is read once; the log it belongs to keeps its public half. */
export class SigningKey {
  readonly verifierKey: VerifierKey;
  readonly pem: string;
  /** Of the second signature line; null where only Ed25519 signs. */
  readonly sm2VerifierKey: VerifierKey | null;
  private readonly sm2: Sm2Signer | null;

  /** @param sm2 private key of the second signature line, 64 hexadecimal digits */
  constructor(
    readonly origin: string,
    private readonly privateKey: KeyObject,
    sm2: string | null = null,
  ) {
    if (!isKeyName(origin)) throw new Error('LOG_ORIGIN must not contain spaces or plus signs');
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('SIGNING_KEY_FILE must hold an Ed25519 key');
    this.verifierKey = verifierKey({ origin, privateKey });
    this.pem = publicKeyPem({ origin, privateKey });
    this.sm2 = sm2 === null ? null : { origin, privateKey: sm2 };
    this.sm2VerifierKey = this.sm2 && sm2VerifierKey(this.sm2);
  }

  sign(head: TreeHead): string {
    const note = signNote({ origin: this.origin, privateKey: this.privateKey }, head);
    return this.sm2 ? note + sm2Line(this.sm2, head) : note;
  }

  /**
   * A note with further lines, which the signature covers: by Ed25519 alone, so that the same note has the same bytes.
   */
  signWith(head: TreeHead, extensions: readonly string[]): string {
    return signNote({ origin: this.origin, privateKey: this.privateKey }, head, extensions);
  }

  /**
   * Reads PEM files; `create` makes the first where there is none, for the embedded mode alone.
   * @param sm2File key of the second signature line; without it there is none
   */
  static fromFile(origin: string, file: string, create: boolean, sm2File?: string): SigningKey {
    if (create && !existsSync(file)) createKeyFile(file);
    let pem: string;
    try {
      pem = readFileSync(file, 'utf8');
    } catch {
      throw new Error('SIGNING_KEY_FILE cannot be read');
    }
    try {
      return new SigningKey(origin, createPrivateKey(pem), sm2File === undefined ? null : sm2KeyOf(sm2File));
    } catch (error) {
      // The library's message may quote what it could not read.
      if (error instanceof Error && /^(SIGNING_KEY_FILE|SM2_KEY_FILE|LOG_ORIGIN)/.test(error.message)) throw error;
      throw new Error('SIGNING_KEY_FILE does not hold a private key in PEM');
    }
  }
}

function sm2KeyOf(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    throw new Error('SM2_KEY_FILE cannot be read');
  }
  const key = sm2PrivateKey(pem);
  if (key === null) throw new Error('SM2_KEY_FILE does not hold a private key on the curve of SM2 in PEM');
  return key;
}

/** Of several processes that start at once exactly one makes the key: a link is made once. */
function createKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, pem, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
