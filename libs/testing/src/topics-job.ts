import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './instance';

const PASSED_ON = ['TOPIC_REPLICATION_FACTOR', 'TOPIC_MIN_INSYNC_REPLICAS'] as const;

/** Runs the platform's own start-up job, as an operator does. Throws with what it says when topics cannot be as they must. */
export async function makeTopics(
  kafkaBrokers: string,
  topicPrefix: string,
  say: (line: string) => void = () => undefined,
  args: readonly string[] = [],
): Promise<void> {
  const main = join(WORKSPACE, 'libs', 'platform', 'dist', 'topics-job', 'main.js');
  if (!existsSync(main)) throw new Error('the platform is not built: run `npm run setup`');
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: join(WORKSPACE, '.qiongtong', 'compile-cache'),
    KAFKA_BROKERS: kafkaBrokers,
    TOPIC_PREFIX: topicPrefix,
  };
  for (const key of PASSED_ON) if (process.env[key] !== undefined) env[key] = process.env[key];
  await new Promise<void>((resolve, reject) => {
    execFile(
      process.execPath,
      ['--disable-warning=TimeoutNegativeWarning', main, ...args],
      { env },
      (error, _out, complaint) => {
        const lines = complaint.split('\n').filter((line) => line !== '');
        if (error !== null) return reject(new Error(lines.join('\n') || error.message));
        for (const line of lines) say(line);
        resolve();
      },
    );
  });
}
