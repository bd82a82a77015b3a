import type { Client } from './client';
import type { Identities } from './identities';
import { ADMINISTRATOR, AUTHORITY, bodies, VENDOR, VENDOR_SYSTEM, type Body } from './people';
import { Progress, together } from './progress';
import { pushByKafka, type Kafka } from './push-by-kafka';
import { demoEntries, type DemoEntry } from './resources';
import { ROW_SETS, rowsOf } from './rows';

/** Requests at once while loading. */
const WIDTH = 6;
const SINCE = '2026-01-01';
/** Departments of the story that were admitted; everybody else provides without being admitted. [R11.5] */
const ADMITTED = ['ybj', 'zgt', 'zx'];

type Standing = Readonly<{ id: string; revision: number }>;

/** Loads the sample through the public API, each act by the officer whose act it is. */
export class Loader {
  constructor(
    private readonly client: Client,
    private readonly identities: Identities,
    private readonly kafka: Kafka,
  ) {}

  async organisations(): Promise<void> {
    const progress = new Progress('organisations, duties, units, officers', bodies.length + 1);
    const others = bodies.filter((body) => body.id !== AUTHORITY);
    const authority = bodies.find((body) => body.id === AUTHORITY)!;
    await this.body(authority);
    progress.add();
    await together(others, WIDTH, async (body) => {
      await this.body(body);
      progress.add();
    });
    // The leading group says what the authority itself is for. [R14.10]
    await this.duties('ldxz-reviewer', authority);
    await this.as(ADMINISTRATOR, 'POST', '/v1/organisations', {
      id: VENDOR.id,
      name: VENDOR.name,
      type: 'OTHER',
      level: 'PROVINCE',
      regionCode: '460000',
      kind: 'VENDOR',
    });
    progress.add();
    progress.end();
  }

  async systems(): Promise<void> {
    const owners = bodies.filter((body) => body.system);
    const progress = new Progress('systems registered and their owners attested', owners.length + 1);
    await together(owners, WIDTH, async ({ id, system }) => {
      const { kafka, provides, name } = system!;
      await this.system(id, { id: system!.id, name, ownerId: id, provides, kafka });
      progress.add();
    });
    await this.system('ybj', { id: VENDOR_SYSTEM.id, name: VENDOR_SYSTEM.name, ownerId: VENDOR.id });
    progress.add();
    progress.end();
  }

  async catalogue(entries: readonly DemoEntry[] = demoEntries): Promise<void> {
    const progress = new Progress('catalogue entries reviewed and published', entries.length);
    await together(entries, WIDTH, async (entry) => {
      await this.entry(entry);
      progress.add();
    });
    progress.end();
  }

  async admissions(): Promise<void> {
    const progress = new Progress('departments admitted on their pledge', ADMITTED.length);
    await together(ADMITTED, WIDTH, async (id) => {
      await this.admit(id);
      progress.add();
    });
    progress.end();
  }

  async rows(): Promise<void> {
    const progress = new Progress(
      'rows pushed by REST and by Kafka',
      ROW_SETS.reduce((sum, set) => sum + set.rows, 0),
    );
    await together(ROW_SETS, 3, ({ resourceId }) => this.push(resourceId, (count) => progress.add(count)));
    progress.end();
  }

  async admit(id: string): Promise<void> {
    const application = await this.as<{ id: string }>(`${id}-submitter`, 'POST', '/v1/access-applications', {
      pledge: {
        textVersion: '2026-1',
        signerName: '主要负责人',
        signerPost: '单位负责人',
        acceptsSharingRules: true,
        acceptsConfidentiality: true,
      },
    });
    await this.as(`${AUTHORITY}-reviewer`, 'POST', `/v1/access-applications/${application.id}/approval`, {});
  }

  /** All rows that the demo has for a resource, by the way that its system chose. */
  async push(resourceId: string, onSent: (count: number) => void = () => undefined): Promise<void> {
    const { by, rows } = ROW_SETS.find((set) => set.resourceId === resourceId)!;
    const { providerId, form } = demoEntries.find((entry) => entry.id === resourceId)!;
    if (by === 'REST') {
      await this.pushByRest(`${providerId}-system`, resourceId);
      return onSent(rows);
    }
    const keyItems = (form['items'] as { code: string; key: boolean }[]).filter((i) => i.key).map((i) => i.code);
    const { applied, other } = await pushByKafka(
      this.kafka,
      `${providerId}-system`,
      resourceId,
      keyItems,
      rowsOf(resourceId),
      onSent,
    );
    if (applied !== rows) throw new Error(`${resourceId}: ${applied} of ${rows} applied; ${other.slice(0, 3).join()}`);
  }

  private async pushByRest(systemId: string, resourceId: string): Promise<void> {
    const content = [...rowsOf(resourceId)].map((row) => JSON.stringify(row)).join('\n');
    const token = await this.identities.system(systemId);
    await this.client.settle('POST', `/v1/resources/${resourceId}/batches`, {
      token,
      raw: { type: 'application/x-ndjson', content },
    });
  }

  private async body({ id, name, type, level, regionCode, creditCode, roles, duties, officers }: Body): Promise<void> {
    if (id !== AUTHORITY)
      await this.as(ADMINISTRATOR, 'POST', '/v1/organisations', {
        id,
        name,
        type,
        level,
        regionCode,
        creditCode,
        roles: roles.map((role) => ({ role, from: SINCE })),
      });
    for (const { id: officer, name: person, unit, post, roles: held } of officers)
      await this.as(ADMINISTRATOR, 'POST', '/v1/officers', {
        id: officer,
        name: person,
        appointments: [{ organisationId: id, unit, post, roles: held, from: SINCE }],
      });
    await this.as(ADMINISTRATOR, 'POST', `/v1/organisations/${id}/responsible-units`, {
      name: '办公室',
      head: '责任单位负责人',
      contacts: [{ name: '值班室', phone: '0898-65300000' }],
      dutyText: '牵头落实本部门信息共享需求,保障提供的资源安全可控。',
      from: SINCE,
      appointmentDocument: `${id}〔2026〕1号`,
    });
    if (id !== AUTHORITY) await this.duties(ADMINISTRATOR, { id, duties });
  }

  private async duties(by: string, { id, duties }: Pick<Body, 'id' | 'duties'>): Promise<void> {
    const { revision } = await this.as<Standing>(by, 'GET', `/v1/organisations/${id}`);
    await this.as(by, 'PUT', `/v1/organisations/${id}/duties`, { duties }, revision);
  }

  private async system(departmentId: string, system: Record<string, unknown> & { id: string; ownerId: string }) {
    await this.as(`${departmentId}-responsible`, 'POST', '/v1/systems', system);
    const attestedBy = departmentId === AUTHORITY ? 'ldxz-reviewer' : `${AUTHORITY}-reviewer`;
    await this.as(attestedBy, 'POST', `/v1/systems/${system.id}/attestation`, {
      ownerId: system.ownerId,
      evidence: '现场核验记录',
    });
  }

  /** Drafted, reviewed for secrecy and inside the department, reviewed by the authority, published. [R7.1] */
  private async entry({ id, providerId, form }: DemoEntry): Promise<void> {
    const submitter = `${providerId}-submitter`;
    const responsible = `${providerId}-responsible`;
    const act = (by: string, name: string, body: object = {}) =>
      this.as(by, 'POST', `/v1/catalogue/entries/${id}/${name}`, body);
    const { revision } = await this.as<Standing>(submitter, 'POST', '/v1/catalogue/entries', form);
    const review = { reviewer: '保密审查员', unit: '办公室', date: SINCE, conclusion: 'NON_SECRET' };
    await this.as(responsible, 'PUT', `/v1/catalogue/entries/${id}/secrecy-review`, review, revision);
    await act(responsible, 'internal-review');
    await act(submitter, 'submission');
    await act(`${AUTHORITY}-reviewer`, 'review');
    await act(`${AUTHORITY}-reviewer`, 'approval', {
      remarks: '符合目录编制要求',
      ...(form['sharingType'] === 'NOT_SHARED' && { basisExamined: true }),
      ...(form['specialRegime'] !== undefined && { regimeConfirmed: true }),
    });
    await act(responsible, 'publication');
  }

  private async as<T = unknown>(officerId: string, method: string, path: string, body?: object, revision?: number) {
    const token = await this.identities.officer(officerId);
    const headers: Record<string, string> = revision === undefined ? {} : { 'if-match': `"${revision}"` };
    return this.client.settle<T>(method, path, { token, body, headers });
  }
}
