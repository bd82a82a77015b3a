import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKeyPair, SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import type { Answer, Call, Client } from './client';
import { BRIEF_SYSTEM, type Identities } from './identities';
import { VENDOR, VENDOR_SYSTEM } from './people';
import { rowsOf } from './rows';
import { rowsOf as rowsIn, type Expected, type Story } from './story';

const OPEN = '/v1/resources/102000-000001/records';
const AID = '203000-000001';
const RECORDS = `/v1/resources/${AID}/records`;
const AGREED = ['aidNo', 'headName', 'urbanRural', 'persons', 'regionCode', 'status'];
const PASSED_ON = ['aidNo', 'persons', 'status'];
const PURPOSE = 'medical-aid.eligibility';
const MATTER = encodeURIComponent('琼医救〔2026〕1024号');
const PERIOD = { from: '2026-01-01', until: '2028-01-01' };
const IN_RECEIPT = { item: 'status', op: 'eq', value: '01' } as const;
const SEALED_WITHIN_MS = 15_000;
/** A grant or its end reaches the gateway within milliseconds; this is only when to give up. */
const PROJECTED_WITHIN_MS = 5_000;

/** The story: who did what, and what the rules say the platform must answer. */
export class Play {
  constructor(
    private readonly client: Client,
    private readonly identities: Identities,
    private readonly story: Story,
    /** Where the exported log and the proof are left for whoever wants to look. */
    private readonly folder: string,
  ) {}

  async run(): Promise<void> {
    await this.unconditional();
    const grantId = await this.conditional();
    await this.onward(grantId);
    await this.revoked(grantId);
    await this.strangers();
    await this.audited();
  }

  private async unconditional(): Promise<void> {
    const path = `${OPEN}?filter[regStatus]=1&fields=uscc,entName&limit=3`;
    await this.reads('省医疗保障局 (admitted) reads an unconditional resource at once', 'ybj-system', path, {
      status: 200,
      items: ['uscc', 'entName'],
      rows: 3,
    });
    await this.reads('省教育厅, which has not pledged, is refused the same', 'jyt-system', path, {
      status: 403,
      code: 'access.not_admitted',
      requirement: 'R11.3',
    });
    await this.reads('省市场监督管理局 reads its own, admitted or not', 'sjj-system', `${OPEN}?fields=uscc&limit=1`, {
      status: 200,
      items: ['uscc'],
    });
  }

  /** @returns the grant that the provider's consent made */
  private async conditional(): Promise<string> {
    const asked = `${RECORDS}?fields=${AGREED.join()}&limit=5`;
    await this.reads('a conditional resource is refused without a grant', 'ybj-system', asked, {
      status: 403,
      code: 'access.no_grant',
      requirement: 'R12.7',
    });
    const application = await this.acts(
      '省医疗保障局 applies to 省民政厅 for it',
      'ybj-submitter',
      201,
      '/v1/sharing-applications',
      {
        resourceId: AID,
        items: AGREED,
        rowFilter: IN_RECEIPT,
        mask: { headName: 'name' },
        actions: ['query'],
        purposes: [PURPOSE],
        dutyBasis: '社会救助暂行办法第二十七条',
        scopeOfKnowledge: { units: ['信息中心'], posts: [], officers: [] },
        securityMeasures: '专网访问,最小授权,全程留痕',
        method: 'API',
        frequency: 'ON_DEMAND',
        period: PERIOD,
        systems: ['ybj-system'],
      },
    );
    const { id } = application.body as { id: string };
    const consent = await this.acts(
      '省民政厅 consents as asked, a matter number being required',
      'mzt-reviewer',
      200,
      `/v1/sharing-applications/${id}/consent`,
      {
        matterNumber: 'required',
      },
    );
    const { decision } = consent.body as { decision: { grantId: string } };
    const read = await this.reads('省医疗保障局 reads exactly the agreed items and rows', 'ybj-system', asked, {
      status: 200,
      items: AGREED,
      rows: 5,
    });
    await this.story.check('every row is one in receipt, and names are masked', async () => {
      const rows = rowsIn(read);
      if (!rows.every((row) => row['status'] === '01')) throw new Error('a row outside the row filter was released');
      if (!rows.every((row) => String(row['headName']).includes('*'))) throw new Error('a name was released unmasked');
      return String(rows[0]?.['headName']);
    });
    const outside = [...rowsOf(AID)].find((row) => row['status'] === '02')!;
    const beyond = (key: string) => `${RECORDS}/${key}?fields=granted`;
    await this.reads(
      'a row beyond the grant is answered like one that does not exist',
      'ybj-system',
      beyond(String(outside['aidNo'])),
      {
        status: 404,
        code: 'request.not_found',
      },
    );
    await this.reads('… which is this answer', 'ybj-system', beyond('HNDB99999999'), {
      status: 404,
      code: 'request.not_found',
    });
    await this.reads('an item beyond the grant is refused by name', 'ybj-system', `${RECORDS}?fields=aidNo,headIdNo`, {
      status: 403,
      code: 'access.items_beyond_grant',
      requirement: 'R12.7',
    });
    await this.reads(
      'a call without matter number is refused',
      'ybj-system',
      asked,
      { status: 403, code: 'access.matter_number_missing', requirement: 'R13.4' },
      { 'matter-number': '' },
    );
    return decision.grantId;
  }

  private async onward(grantId: string): Promise<void> {
    const asked = `${RECORDS}?fields=${PASSED_ON.join()}&limit=2`;
    await this.reads(`the system that ${VENDOR.name} runs for the department is refused`, VENDOR_SYSTEM.id, asked, {
      status: 403,
      code: 'access.onward_transfer_needed',
      requirement: 'R13.2',
    });
    const requested = await this.acts(
      '省医疗保障局 asks to let that system act',
      'ybj-submitter',
      201,
      '/v1/onward-transfers',
      {
        grantId,
        recipientId: VENDOR.id,
        why: '受托运行医疗救助审核系统',
        basis: '委托运行合同及保密协议',
        items: PASSED_ON,
        actions: ['query'],
        purposes: [PURPOSE],
        period: PERIOD,
        systems: [VENDOR_SYSTEM.id],
      },
    );
    const { id } = requested.body as { id: string };
    await this.acts(
      '省民政厅 authorises the onward transfer',
      'mzt-reviewer',
      200,
      `/v1/onward-transfers/${id}/authorisation`,
      {},
    );
    await this.reads("the transfer's holder reads", VENDOR_SYSTEM.id, asked, {
      status: 200,
      items: PASSED_ON,
      rows: 2,
    });
  }

  private async revoked(grantId: string): Promise<void> {
    await this.acts(
      '省民政厅 revokes the grant: the duty it served has ended',
      'mzt-reviewer',
      200,
      `/v1/grants/${grantId}/revocation`,
      {
        ground: 'DUTY_ENDED',
        narrative: '救助审核职责已调整',
      },
    );
    const refused = { status: 403, code: 'access.grant_not_active', requirement: 'R12.7' } as const;
    await this.reads('省医疗保障局 is refused', 'ybj-system', `${RECORDS}?fields=aidNo`, refused);
    await this.reads(
      'the system of the transfer is refused with it',
      VENDOR_SYSTEM.id,
      `${RECORDS}?fields=aidNo`,
      refused,
    );
  }

  private async strangers(): Promise<void> {
    const good = await this.identities.system('ybj-system');
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT(decodeJwt(good))
      .setProtectedHeader(decodeProtectedHeader(good) as { alg: string })
      .sign(privateKey);
    const call = (token: string) => () =>
      this.client.call('GET', `${OPEN}?limit=1`, { token, headers: { purpose: PURPOSE } });
    await this.story.step('a forged token is refused', { status: 401, code: 'token.invalid' }, call(forged));
    const brief = await this.identities.system(BRIEF_SYSTEM);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await this.story.step('an expired token is refused', { status: 401, code: 'token.expired' }, call(brief));
  }

  /** The log is read by the authority, verified by the offline command, and holds every decision of the story. */
  private async audited(): Promise<void> {
    const token = await this.identities.officer('gxt-reviewer');
    const key = join(this.folder, 'audit-key.txt');
    const log = join(this.folder, 'audit-log.ndjson');
    const access = join(this.folder, 'access.json');
    for (const { id, title, outcome } of this.story.decisions)
      await this.story.check(`the log holds: ${title}`, async () => {
        const answer = await this.sealed(`/v1/audit/accesses/${id}`, token, (a) =>
          a.text.includes(`access.${outcome}`),
        );
        writeFileSync(access, answer.text);
        return `${outcome}, decision ${id}`;
      });
    writeFileSync(key, (await this.client.call('GET', '/v1/audit/key', { headers: { accept: 'text/plain' } })).text);
    writeFileSync(log, (await this.sealed('/v1/audit/log', token, (a) => a.text.length > 0)).text);
    await this.story.check('the offline command verifies the whole log', () => verify('log', log, '--key', key));
    await this.story.check('… and proves that one access is in it', () => verify('proof', access, '--key', key));
    await this.story.check('… and names the entry in which one byte was changed', () => this.tampered(log, key));
  }

  private async tampered(log: string, key: string): Promise<string> {
    const changed = join(this.folder, 'audit-log-changed.ndjson');
    const lines = readFileSync(log, 'utf8').split('\n');
    const at = Math.floor(lines.length / 2);
    lines[at] = lines[at]!.replace(/authorisation|catalogue|exchange|gateway/, (word) => `${word.slice(0, -1)}X`);
    writeFileSync(changed, lines.join('\n'));
    const { index } = JSON.parse(lines[at]!) as { index: number };
    const said = await verify('log', changed, '--key', key).catch((error: Error & { stdout?: string }) => error);
    if (typeof said === 'string') throw new Error('a changed log was accepted');
    const output = `${said.stdout ?? ''}${said.message}`;
    if (!output.includes(String(index))) throw new Error(`the wrong entry ${index} was not named: ${output}`);
    return `entry ${index} named`;
  }

  /** A record is sealed within a second or so of its release. */
  private async sealed(path: string, token: string, holds: (answer: Answer) => boolean): Promise<Answer> {
    const until = Date.now() + SEALED_WITHIN_MS;
    for (;;) {
      const answer = await this.client.call('GET', path, { token });
      if (answer.status === 200 && holds(answer)) return answer;
      if (Date.now() > until) throw new Error(`${path} was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private reads(
    title: string,
    systemId: string,
    path: string,
    expected: Expected,
    headers: Record<string, string> = {},
  ) {
    const department = systemId === VENDOR_SYSTEM.id ? 'ybj' : systemId.replace('-system', '');
    const said: Record<string, string> = {
      purpose: department === 'ybj' ? PURPOSE : department === 'jyt' ? 'student-aid.eligibility' : 'general.business',
      officer: `${department}-submitter`,
      'matter-number': MATTER,
      ...headers,
    };
    for (const [name, value] of Object.entries(said)) if (value === '') delete said[name];
    return this.story.step(
      title,
      expected,
      async () => this.client.call('GET', path, { token: await this.identities.system(systemId), headers: said }),
      PROJECTED_WITHIN_MS,
    );
  }

  private acts(title: string, officerId: string, status: number, path: string, body: object): Promise<Answer> {
    return this.story.step(title, { status }, async () => {
      const call: Call = { token: await this.identities.officer(officerId), body };
      return this.client.call('POST', path, call);
    });
  }
}

async function verify(...args: string[]): Promise<string> {
  const command = join(__dirname, '..', '..', 'verify', 'verify.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim().split('\n').at(-1) ?? '';
}
