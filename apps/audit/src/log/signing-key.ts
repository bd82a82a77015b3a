import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isKeyName, publicKeyPem, signNote, verifierKey, type VerifierKey } from './domain/note';
import type { TreeHead } from './domain/proofs';

/** The key that signs checkpoints. It is read once; the log it belongs to keeps its public half. */
export class SigningKey {
  readonly verifierKey: VerifierKey;
  readonly pem: string;

  constructor(
    readonly origin: string,
    private readonly privateKey: KeyObject,
  ) {
    if (!isKeyName(origin)) throw new Error('LOG_ORIGIN must not contain spaces or plus signs');
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('SIGNING_KEY_FILE must hold an Ed25519 key');
    this.verifierKey = verifierKey({ origin, privateKey });
    this.pem = publicKeyPem({ origin, privateKey });
  }

  sign(head: TreeHead): string {
    return signNote({ origin: this.origin, privateKey: this.privateKey }, head);
  }

  /** Reads a PEM file; `create` makes one where there is none, for the embedded mode alone. */
  static fromFile(origin: string, file: string, create: boolean): SigningKey {
    if (create && !existsSync(file)) createKeyFile(file);
    let pem: string;
    try {
      pem = readFileSync(file, 'utf8');
    } catch {
      throw new Error('SIGNING_KEY_FILE cannot be read');
    }
    try {
      return new SigningKey(origin, createPrivateKey(pem));
    } catch (error) {
      // The library's message may quote what it could not read.
      if (error instanceof Error && error.message.startsWith('SIGNING_KEY_FILE')) throw error;
      if (error instanceof Error && error.message.startsWith('LOG_ORIGIN')) throw error;
      throw new Error('SIGNING_KEY_FILE does not hold a private key in PEM');
    }
  }
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
