import { Matches } from 'class-validator';
import type { Admin } from 'kafkajs';
import type { Client } from 'pg';
import { BROKERS, KafkaIdentityConfig, loadConfig } from '../config';
import { KafkaDriver } from '../messaging/kafka';
import type { OperatorWorld } from './operator-config';

/** Environment variables of the command; the same names mean the same in the services. */
class PositionsConfig extends KafkaIdentityConfig {
  @Matches(BROKERS)
  KAFKA_BROKERS: string;

  @Matches(/^[A-Za-z0-9._-]*$/)
  TOPIC_PREFIX = '';
}

type Place = Readonly<{ topic: string; partition: number; offset: bigint }>;

/**
 * Sets the places of a service's consumers back to where its database is. The broker keeps them, and a database that was
 * restored lies behind them: what came in between would never be handled again. What is delivered twice has no effect.
 * @returns 1 where some of it is not in the broker any more
 */
export async function positionsRewind(client: Client, world: OperatorWorld): Promise<number> {
  const config = loadConfig(PositionsConfig, world.env);
  const driver = new KafkaDriver({ settings: config, clientId: 'operator' });
  const consumers = await client.query<{ consumer: string }>('SELECT DISTINCT consumer FROM inbox ORDER BY consumer');
  const groupsOf = (consumer: string): string[] => [consumer, `${consumer}-matched`].map((g) => driver.wireName(g));
  return driver.withAdmin(async (admin) => {
    await mustStandStill(
      admin,
      consumers.rows.flatMap(({ consumer }) => groupsOf(consumer)),
    );
    let lost = 0n;
    for (const { consumer } of consumers.rows) {
      const handled = await handledOf(client, consumer);
      for (const groupId of groupsOf(consumer))
        lost += await rewind(admin, groupId, (topic) => driver.wireName(topic), handled, world);
    }
    return lost > 0n ? 1 : 0;
  });
}

/** A member would go on where it is, and commit that. */
async function mustStandStill(admin: Admin, groupIds: string[]): Promise<void> {
  if (groupIds.length === 0) return;
  const { groups } = await admin.describeGroups(groupIds);
  const running = groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
  if (running.length > 0)
    throw new Error(
      `${running.join(', ')}: consumers are running; stop every replica of the service first (a killed one counts for 10 s)`,
    );
}

/** First offset of each partition that is perhaps not handled yet; of several producers the one who is furthest behind. */
async function handledOf(client: Client, consumer: string): Promise<Place[]> {
  const { rows } = await client.query<{ topic: string; partition: number; next: string }>(
    'SELECT topic, partition, min(kafka_offset) + 1 AS next FROM inbox WHERE consumer = $1 GROUP BY topic, partition',
    [consumer],
  );
  return rows.map(({ topic, partition, next }) => ({ topic, partition, offset: BigInt(next) }));
}

/** @returns how many messages lay between the database and the oldest that the broker still has */
async function rewind(
  admin: Admin,
  groupId: string,
  wireName: (topic: string) => string,
  handled: readonly Place[],
  { say, complain }: OperatorWorld,
): Promise<bigint> {
  const nextOf = new Map(handled.map((place) => [`${wireName(place.topic)}/${place.partition}`, place.offset]));
  let lost = 0n;
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
    const kept = new Map((await admin.fetchTopicOffsets(topic)).map((p) => [p.partition, BigInt(p.low)]));
    const back: { partition: number; offset: string }[] = [];
    for (const { partition, offset } of partitions) {
      const committed = BigInt(offset);
      // Where nothing was ever handled, nothing is known: from the oldest on.
      const oldest = kept.get(partition) ?? 0n;
      const next = nextOf.get(`${topic}/${partition}`) ?? oldest;
      if (committed < 0n || committed <= next) continue;
      if (next < oldest) {
        lost += oldest - next;
        complain(`${topic}/${partition}: ${oldest - next} messages are past the broker's retention`);
      }
      const to = next < oldest ? oldest : next;
      if (to < committed) {
        back.push({ partition, offset: String(to) });
        say(`${groupId}: ${topic}/${partition} goes back from ${committed} to ${to}`);
      }
    }
    if (back.length > 0) await admin.setOffsets({ groupId, topic, partitions: back });
  }
  return lost;
}
