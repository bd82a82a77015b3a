import { randomUUID } from 'node:crypto';
import { ADMINISTRATOR, officerOf, responsibleOf, reviewerOf, submitterOf, systemOf, type Body } from './bodies';
import type { Province } from './province';
import { entryOf, type Resource } from './resources';

/** Before any day on which a journey begins. */
export const SINCE = '2026-01-01';
const PLEDGE = {
  textVersion: '2026-1',
  signerName: '主要负责人',
  signerPost: '负责人',
  acceptsSharingRules: true,
  acceptsConfidentiality: true,
};

const anOfficer = (province: Province, id: string, organisationId: string, roles: readonly string[]) =>
  province.done(ADMINISTRATOR, 'POST', '/v1/officers', {
    id,
    name: id,
    appointments: [{ organisationId, unit: '业务处', post: '干部', roles, from: SINCE }],
  });

/** The body with its officers, as the authority registers it. */
export async function register(province: Province, body: Body): Promise<void> {
  const { id, name, type, level, regionCode, roles, purpose } = body;
  const held = roles.map((role) => ({ role, from: SINCE }));
  const registered = { id, name, type, level, regionCode, roles: held };
  await province.done(ADMINISTRATOR, 'POST', '/v1/organisations', registered);
  if (roles.length > 0) return void (await anOfficer(province, officerOf(id), id, []));
  await anOfficer(province, submitterOf(id), id, ['SUBMITTER']);
  await anOfficer(province, reviewerOf(id), id, ['REVIEWER']);
  await anOfficer(province, responsibleOf(id), id, ['RESPONSIBLE_OFFICER']);
  await province.done(ADMINISTRATOR, 'POST', `/v1/organisations/${id}/responsible-units`, {
    name: '办公室',
    head: '主任',
    contacts: [{ name: '值班室', phone: '0898-65300000' }],
    dutyText: '牵头落实共享工作',
    from: SINCE,
    appointmentDocument: `${id}〔2026〕1号`,
  });
  if (purpose === null) return;
  const duties = [{ code: purpose.split('.')[0], title: '法定职责', basis: '职能配置规定', purposes: [purpose] }];
  const { revision } = await province.done(ADMINISTRATOR, 'GET', `/v1/organisations/${id}`);
  const headers = { 'if-match': `"${String(revision)}"` };
  await province.done(ADMINISTRATOR, 'PUT', `/v1/organisations/${id}/duties`, { duties }, { headers });
}

/** First access: applied for with a pledge, decided by the province. */
export async function admit(province: Province, { id }: Body): Promise<void> {
  const { id: application } = await province.done(submitterOf(id), 'POST', '/v1/access-applications', {
    statement: '履行职责所需',
    pledge: PLEDGE,
  });
  const path = `/v1/access-applications/${String(application)}`;
  await province.done(ADMINISTRATOR, 'POST', `${path}/review`, {});
  await province.done(ADMINISTRATOR, 'POST', `${path}/approval`, {});
}

/** Registered by the department as its own, and attested. */
export async function registerSystem(province: Province, departmentId: string, over: object = {}): Promise<void> {
  const system = { id: systemOf(departmentId), name: '业务系统', ownerId: departmentId, ...over };
  await province.done(responsibleOf(departmentId), 'POST', '/v1/systems', system);
  const attested = { ownerId: system.ownerId, evidence: '现场核验记录' };
  await province.done(ADMINISTRATOR, 'POST', `/v1/systems/${system.id}/attestation`, attested);
}

/** From the draft to its publication, each act by the officer whose act it is. */
export async function publish(province: Province, resource: Resource, over: object = {}): Promise<void> {
  const { id, providerId } = resource;
  const at = `/v1/catalogue/entries/${id}`;
  const act = (by: string, name: string) => province.done(by, 'POST', `${at}/${name}`, {});
  const drafted = await province.done(submitterOf(providerId), 'POST', '/v1/catalogue/entries', {
    ...entryOf(resource),
    ...over,
  });
  const review = { reviewer: '保密审查员', unit: '办公室', date: SINCE, conclusion: 'NON_SECRET' };
  const headers = { 'if-match': `"${String(drafted['revision'])}"` };
  await province.done(responsibleOf(providerId), 'PUT', `${at}/secrecy-review`, review, { headers });
  await act(responsibleOf(providerId), 'internal-review');
  await act(submitterOf(providerId), 'submission');
  await act(ADMINISTRATOR, 'review');
  await act(ADMINISTRATOR, 'approval');
  await act(responsibleOf(providerId), 'publication');
}

/** Pushed by the provider's system, as soon as exchange knows both. */
export async function push(province: Province, { id, providerId, rows }: Resource): Promise<string> {
  const key = randomUUID();
  const path = `/v1/resources/${id}/batches`;
  return province.eventually(`a batch of ${id}`, async () => {
    const answer = await province.call(await province.system(systemOf(providerId)), 'POST', path, { body: rows, key });
    return answer.status < 300 && String(answer.body['id'] ?? answer.body['batchId']);
  });
}
