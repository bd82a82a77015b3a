import { ConfigurationError, loadConfig } from '../config';
import { topicsJob } from '../topics-job/topics-job';
import { OperatorConfig, withDatabase, type OperatorWorld } from './operator-config';
import { parkedList, parkedRedrive } from './parked-commands';
import { positionsRewind } from './positions-command';
import { messages, status } from './status';

const USAGE = `usage: operator COMMAND
  status                        is each service ready, and what of it is not: GATEWAY_URL, AUTHORISATION_URL, CATALOGUE_URL, EXCHANGE_URL, AUDIT_URL
  messages                      what the service at DATABASE_URL has not published and has parked, and which leases are held
  topics diff                   which topics differ from the table; changes nothing (KAFKA_BROKERS and the rest as the topics job)
  parked list [--key KEY]       messages of the service at DATABASE_URL that could not be handled
  parked redrive KEY            asks that service to handle those of a key again, and waits for it
  positions rewind              after a restore, while the service is stopped: its consumers go on where its database is (DATABASE_URL, KAFKA_BROKERS and the rest as the service)
DATABASE_URL may be given as DATABASE_URL_FILE.
Exit: 0 all is well or was done; 1 something is not; 2 usage or configuration.`;

/** What an operator asks and does beside the platform. Prints no personal data: ids, counts and errors alone. @returns the exit code */
export async function operatorCommand(world: OperatorWorld): Promise<number> {
  const { args, complain } = world;
  const [area, act, ...rest] = args;
  try {
    if (area === 'topics' && act === 'diff' && rest.length === 0)
      return await topicsJob({ ...world, args: ['--diff'] });
    const config = loadConfig(OperatorConfig, world.env);
    if (area === 'status' && act === undefined) return await status(config, world);
    if (area === 'messages' && act === undefined)
      return await withDatabase(config, (client) => messages(client, world));
    if (area === 'parked' && act === 'list') {
      const [option, key] = rest;
      if (option === undefined || (option === '--key' && key !== undefined && rest.length === 2))
        return await withDatabase(config, (client) => parkedList(client, key ?? null, world));
    }
    if (area === 'parked' && act === 'redrive' && rest.length === 1)
      return await withDatabase(config, (client) => parkedRedrive(client, rest[0]!, world));
    if (area === 'positions' && act === 'rewind' && rest.length === 0)
      return await withDatabase(config, (client) => positionsRewind(client, world));
  } catch (error) {
    if (error instanceof ConfigurationError) {
      complain(error.message);
      return 2;
    }
    complain((error as Error).message);
    return 1;
  }
  complain(USAGE);
  return 2;
}
