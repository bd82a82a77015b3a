import { accessOfFeed, accessOfService, accessOfSystem, BROKER_SERVICES } from './topic-access';
import { TOPICS } from './topics';

const topics = (user: string, operation: string) =>
  accessOfService(user)
    .filter(({ kind, operations }) => kind === 'topic' && operations.some((one) => one === operation))
    .map(({ name }) => name);

describe('who may do what on the broker', () => {
  it('[R14.7] lets a topic of the platform be written by its owner alone', () => {
    for (const { name, owner } of TOPICS)
      expect(BROKER_SERVICES.filter((service) => topics(service, 'Write').includes(name))).toEqual([owner]);
  });

  it('[R14.7] lets a topic be read by its readers and its owner alone', () => {
    for (const { name, owner, readers } of TOPICS)
      expect(BROKER_SERVICES.filter((service) => topics(service, 'Read').includes(name))).toEqual(
        BROKER_SERVICES.filter((service) => service === owner || readers.includes(service)),
      );
  });

  it('lets exchange alone make topics and say who may read them', () => {
    for (const service of BROKER_SERVICES) {
      const rules = accessOfService(service).filter(({ operations }) =>
        operations.some((one) => /Create|Alter/.test(one)),
      );
      expect(rules.map(({ name }) => name)).toEqual(
        service === 'exchange' ? ['push.', 'receipts.', 'feed.', 'kafka-cluster'] : [],
      );
    }
  });

  it('[R9.2] lets a system write to its own topic and read its own answers, nothing else', () => {
    const rules = accessOfSystem('mzt-system');
    expect(rules.every(({ user }) => user === 'system.mzt-system')).toBe(true);
    expect(rules.map(({ kind, name, pattern, operations }) => [kind, name, pattern, ...operations])).toEqual([
      ['topic', 'push.mzt-system', 'literal', 'Write', 'Describe'],
      ['topic', 'receipts.mzt-system', 'literal', 'Read', 'Describe'],
      ['group', 'mzt-system.', 'prefixed', 'Read', 'Describe'],
    ]);
  });

  it('[R12.7] lets a feed be read by its system alone', () => {
    expect(accessOfFeed('f1', 'ybj-system')).toEqual([
      {
        user: 'system.ybj-system',
        kind: 'topic',
        name: 'feed.f1',
        pattern: 'literal',
        operations: ['Read', 'Describe'],
      },
    ]);
  });
});
