import { readFileSync, statSync } from 'node:fs';
import { SLUG } from '@qiongtong/contracts';
import type { JWK } from 'jose';

export type Officer = Readonly<{ id: string; name: string }>;
export type System = Readonly<{ id: string; jwks: Readonly<{ keys: readonly JWK[] }>; tokenTtlSeconds?: number }>;
export type PeopleClient = Readonly<{ id: string; redirectUris: readonly string[] }>;
export type IdentitySet = Readonly<{
  officers: readonly Officer[];
  systems: readonly System[];
  consoleClients: readonly PeopleClient[];
}>;

/** People sign in through this client unless the file names others. A loopback address fits with any port (RFC 8252). */
export const CONSOLE: PeopleClient = { id: 'console', redirectUris: ['http://127.0.0.1/callback'] };
const NOBODY: IdentitySet = { officers: [], systems: [], consoleClients: [] };

/** Officers and systems from a file that others write: looked at on every question, read again when it has changed. */
export class Identities {
  private version = '';
  private known: IdentitySet = NOBODY;

  /** @param onError told once about a change that cannot be read; what was known before stays */
  constructor(
    private readonly file: string | null,
    private readonly onError: (problem: string) => void,
  ) {}

  officers(): readonly Officer[] {
    return this.current().officers;
  }

  officer(id: string): Officer | undefined {
    return this.current().officers.find((officer) => officer.id === id);
  }

  system(id: string): System | undefined {
    return this.current().systems.find((system) => system.id === id);
  }

  peopleClient(id: string): PeopleClient | undefined {
    const { consoleClients } = this.current();
    return consoleClients.find((client) => client.id === id) ?? (id === CONSOLE.id ? CONSOLE : undefined);
  }

  private current(): IdentitySet {
    if (this.file === null) return NOBODY;
    let version: string;
    try {
      const { mtimeMs, size, ino } = statSync(this.file);
      version = `${mtimeMs}/${size}/${ino}`;
    } catch {
      version = 'absent';
    }
    if (version === this.version) return this.known;
    this.version = version;
    if (version === 'absent') return this.known;
    try {
      this.known = identitiesOf(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch (error) {
      this.onError(
        `IDENTITY_FILE is not used: ${error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message}`,
      );
    }
    return this.known;
  }
}

type Fields = Record<string, unknown>;

/** Throws an error that says where the file is wrong and does not repeat what is there. */
export function identitiesOf(document: unknown): IdentitySet {
  const { officers, systems, consoleClients } = fields(document, '/');
  return {
    officers: list(officers, '/officers', (entry, at) => ({ id: slug(entry, at), name: text(entry, 'name', at) })),
    systems: list(systems, '/systems', systemOf),
    consoleClients: list(consoleClients, '/consoleClients', (entry, at) => {
      const uris = entry['redirectUris'];
      if (!Array.isArray(uris) || !uris.every((uri): uri is string => typeof uri === 'string' && URL.canParse(uri)))
        throw new Error(`${at}/redirectUris must be URLs`);
      return { id: slug(entry, at), redirectUris: uris };
    }),
  };
}

function systemOf(entry: Fields, at: string): System {
  const { keys } = fields(entry['jwks'], `${at}/jwks`);
  const sound =
    Array.isArray(keys) && keys.length > 0 && keys.every((key: Fields) => key['kty'] === 'EC' && !('d' in key));
  if (!sound) throw new Error(`${at}/jwks/keys must be public EC keys`);
  const seconds = entry['tokenTtlSeconds'];
  if (seconds !== undefined && (!Number.isInteger(seconds) || (seconds as number) < 1))
    throw new Error(`${at}/tokenTtlSeconds must be a whole number of seconds`);
  return { id: slug(entry, at), jwks: { keys: keys as JWK[] }, tokenTtlSeconds: seconds as number | undefined };
}

function list<T>(value: unknown, at: string, each: (entry: Fields, at: string) => T): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${at} must be a list`);
  return value.map((entry, index) => each(fields(entry, `${at}/${index}`), `${at}/${index}`));
}

function fields(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${at} must be an object`);
  return value as Fields;
}

function text(entry: Fields, name: string, at: string): string {
  const value = entry[name];
  if (typeof value !== 'string' || value === '') throw new Error(`${at}/${name} must be text`);
  return value;
}

function slug(entry: Fields, at: string): string {
  const id = text(entry, 'id', at);
  if (!SLUG.test(id)) throw new Error(`${at}/id must be a slug`);
  return id;
}
