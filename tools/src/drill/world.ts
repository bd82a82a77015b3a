import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, startPlatform, withClient, type Platform } from '@qiongtong/testing';
import { Client } from '../demo/client';
import { Identities } from '../demo/identities';
import { Loader } from '../demo/load';
import { demoEntries } from '../demo/resources';

/** A segment of the write-ahead log reaches the archive after this long at most, whatever is written. */
export const ARCHIVE_SECONDS = 5;
const PATIENCE_MS = 60_000;
export const OPEN = '102000-000001';

/** The province of the demo on parts of its own, to be lost and restored. */
export class DrillWorld {
  private constructor(
    readonly platform: Platform,
    readonly identities: Identities,
    readonly client: Client,
    readonly loader: Loader,
  ) {}

  static async start(name: string): Promise<DrillWorld> {
    const instance = new Instance(name);
    instance.create();
    let issuer = '';
    const identities = await Identities.create(instance.path('identities'), () => issuer);
    const platform = await startPlatform({
      name,
      archiveSeconds: ARCHIVE_SECONDS,
      env: { 'dev-identity': { IDENTITY_FILE: identities.file }, all: { LOG_LEVEL: 'warn' } },
    });
    issuer = platform.issuer;
    const client = new Client(platform.gatewayUrl);
    return new DrillWorld(platform, identities, client, new Loader(client, identities, platform));
  }

  /** @param resources those that the drill pushes to */
  async load(resources: readonly string[]): Promise<void> {
    await this.loader.organisations();
    await this.loader.systems();
    await this.loader.catalogue(demoEntries.filter(({ id }) => resources.includes(id)));
    await this.loader.admissions();
  }

  /** What a system is answered that reads an unconditional resource: 200 with the decision's id, or a refusal's code. */
  async read(departmentId: string, purpose: string): Promise<{ status: number; decisionId: string }> {
    const headers = {
      purpose,
      officer: `${departmentId}-submitter`,
      'matter-number': encodeURIComponent('演练〔2026〕1号'),
    };
    const token = await this.identities.system(`${departmentId}-system`);
    const path = `/v1/resources/${OPEN}/records?fields=uscc&limit=1`;
    const answer = await this.client.call('GET', path, { token, headers });
    return { status: answer.status, decisionId: answer.headers.get('qt-decision-id') ?? '' };
  }

  async text(path: string): Promise<string> {
    return (await this.client.call('GET', path, { headers: { accept: 'text/plain' } })).text;
  }

  /** Whether the log has this access; it is asked for as an auditor would. */
  async logged(decisionId: string): Promise<boolean> {
    const token = await this.identities.officer('gxt-reviewer');
    return (await this.client.call('GET', `/v1/audit/accesses/${decisionId}`, { token })).status === 200;
  }

  async records(resourceId: string): Promise<number> {
    return withClient(this.platform.databaseUrl('exchange'), async (client) => {
      const sql = 'SELECT count(*)::int AS n FROM record WHERE resource_id = $1';
      return (await client.query<{ n: number }>(sql, [resourceId])).rows[0]!.n;
    });
  }
}

export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; !(await holds().catch(() => false));) {
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`);
    await sleep(100);
  }
}
