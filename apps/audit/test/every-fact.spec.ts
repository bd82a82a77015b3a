import { ACCESS_PUBLIC_REFUSED, ACCESS_TYPES, ACCESS_UNAUTHENTICATED, KEPT_FROM } from '@qiongtong/contracts';
import { anAccessRecord } from '@qiongtong/testing';
import { aFact } from './facts';
import { everyFact, slugOf, type SampleFact } from './fact-types';
import { anOfficer, RunningAudit } from './running-audit';

/** Fields by which facts name organisations, and those that are kept from being found by it. */
const ORGANISATIONS = ['applicantId', 'authorityId', 'delegateId', 'departmentId', 'escalatedTo', 'formerAuthorityId', 'formerProviderId', 'fromId', 'holderId', 'organisationId', 'ownerId', 'providerId', 'publisherId', 'recipientId', 'recipientOwnerId', 'requesterId', 'toId']; // prettier-ignore
const KEPT = ['otherPartyId'];
const OTHERS = ['agreementId', 'alarmId', 'alertId', 'applicationId', 'assignmentId', 'batchId', 'callerId', 'caseId', 'changeId', 'clientId', 'decisionId', 'delegationId', 'deliveryId', 'disposalId', 'elementId', 'entryId', 'erasureId', 'exportId', 'formerAssignmentId', 'formerUnitId', 'grantId', 'hashKeyId', 'holdId', 'objectId', 'officerId', 'parentGrantId', 'parentId', 'permitId', 'proposalId', 'refusalId', 'requestId', 'resourceId', 'responsibleUnitId', 'reviewId', 'sessionId', 'standingConsentId', 'stopId', 'subjectId', 'subscriptionId', 'systemId', 'targetId', 'tokenId', 'transferId', 'unitId', 'waiverId', 'watchId']; // prettier-ignore
/** What nobody did: found, or come about by itself. */
const NOBODYS = ['audit.log-archived.v1', 'audit.log-pruned.v1', 'audit.alarm-closed.v1', 'audit.alarm-raised.v1', 'audit.heartbeat-said.v1', 'audit.witness-problem-found.v1', 'authorisation.resource-used.v1', 'catalogue.collection-waiver-due.v1', 'catalogue.entry-clock-changed.v1', 'exchange.delivery-closed.v1', 'exchange.disposal-cancelled.v1', 'exchange.disposal-scheduled.v1', 'exchange.export-completed.v1', 'exchange.export-expired.v1', 'exchange.export-failed.v1', 'exchange.export-file-deleted.v1', 'exchange.feed-batch-released.v1', 'exchange.resource-disposed.v1', 'exchange.subscription-turned.v1', 'exchange.update-duty-changed.v1']; // prettier-ignore

const facts: readonly SampleFact[] = everyFact();
const accesses = [...Object.values(ACCESS_TYPES), ACCESS_UNAUTHENTICATED, ACCESS_PUBLIC_REFUSED].map((type) => ({
  type,
  data: anAccessRecord({ decisionId: type }),
}));
const topicOf = ({ type }: SampleFact): string => `facts.${type.split('.')[0]}`;

/** Names and texts of all fields, however deep. */
function textsIn(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): [string, string][] =>
    typeof inner === 'string' ? [[name, inner]] : textsIn(inner),
  );
}
const namedIn = ({ data }: SampleFact): string[] =>
  [...new Set(textsIn(data).flatMap(([name, text]) => (ORGANISATIONS.includes(name) ? [text] : [])))].sort();

type Row = Readonly<{ type: string; actor: string | null; concerns: string[]; entry: string }>;

describe('every fact that is declared [R14.9]', () => {
  let audit: RunningAudit;
  const sealed = new Map<string, Row>();
  beforeAll(async () => {
    audit = await RunningAudit.create();
    const numbers = new Map<string, number>();
    const messages = [...facts, ...accesses].map((fact) => {
      const topic = topicOf(fact);
      const n = (numbers.get(topic) ?? 0) + 1;
      numbers.set(topic, n);
      return aFact({ topic, n, type: fact.type, key: 'k', content: fact.data as object, producer: 'test' });
    });
    await audit.produce(messages);
    const rows = await audit.until<Row>(
      `SELECT type, actor, concerns, entry FROM log_entry WHERE key = 'k'`,
      messages.length,
    );
    for (const row of rows) sealed.set(row.type, row);
  });
  afterAll(() => audit.close(), 30_000);

  it('is found in the declarations, from every service', () => {
    expect(facts.length).toBeGreaterThan(120);
    expect(new Set(facts.map(topicOf))).toEqual(
      new Set(['facts.authorisation', 'facts.catalogue', 'facts.exchange', 'facts.audit']),
    );
  });

  it.each([...facts, ...accesses])('$type is sealed as it was said', ({ type, data }) => {
    const entry = JSON.parse(sealed.get(type)!.entry) as { type: string; data: unknown };
    expect(entry.type).toBe(type);
    expect(entry.data).toEqual(JSON.parse(JSON.stringify(data)));
  });

  it.each(facts)('$type says whose act it was, and is found by whom it concerns', (fact) => {
    const { actor, concerns } = sealed.get(fact.type)!;
    expect(actor === null).toBe(NOBODYS.includes(fact.type));
    expect(concerns).toEqual(namedIn(fact));
  });

  it('has no field for an id of which nobody said whether it names an organisation: add it to one list above', () => {
    const ids = facts.flatMap(({ data }) => textsIn(data).flatMap(([name]) => (/Id$/.test(name) ? [name] : [])));
    const said = [...ORGANISATIONS, ...KEPT, ...OTHERS];
    expect([...new Set(ids)].filter((name) => !said.includes(name))).toEqual([]);
  });

  const read = async (field: string, type: string): Promise<number> => {
    const answer = await audit.get(`/v1/audit/entries?type=${type}`, anOfficer(slugOf(field), 'REVIEWER'));
    return answer.json<{ items: unknown[] }>().items.length;
  };

  it.each(Object.entries(KEPT_FROM))(
    '[R12.5] [R13.5] %s is kept from the party that its %s names, in lists and alone, and from no other',
    async (type, field) => {
      expect(await read(field, type)).toBe(0);
      const [row] = await audit.query<{ index: string }>(`SELECT index FROM log_entry WHERE type = '${type}'`);
      const alone = await audit.get(`/v1/audit/entries/${row!.index}`, anOfficer(slugOf(field), 'REVIEWER'));
      expect(alone.json<{ code: string }>().code).toBe('audit.entry_unknown');
      const others = namedIn(facts.find((fact) => fact.type === type)!).filter((id) => id !== slugOf(field));
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) {
        const answer = await audit.get(`/v1/audit/entries?type=${type}`, anOfficer(other, 'REVIEWER'));
        expect(answer.json<{ items: unknown[] }>().items).toHaveLength(1);
      }
    },
  );

  it('[R12.5] a consent that is only proposed is found by its provider and not by the other party', async () => {
    const type = 'authorisation.consent-proposed.v1';
    expect([await read('providerId', type), await read('otherPartyId', type)]).toEqual([1, 0]);
  });
});
